namespace AuthServer.Grants;

/// <summary>When a family ends, counted from its code's redemption.</summary>
/// <param name="Idle">Unless it is refreshed before.</param>
/// <param name="Absolute">Whatever happens.</param>
/// <param name="Leeway">For so long the code answers once more, with the same refresh token, as long as that was not used. None for an authorization code.</param>
public sealed record FamilyEnds(TimeSpan Idle, TimeSpan Absolute, TimeSpan Leeway = default);
