namespace AuthServer.Grants;

/// <summary>When a family ends, counted from its code's redemption.</summary>
/// <param name="Idle">Unless it is refreshed before.</param>
/// <param name="Absolute">Whatever happens.</param>
public sealed record FamilyEnds(TimeSpan Idle, TimeSpan Absolute);
