namespace AuthServer.Grants;

/// <summary>What time does to a rotation.</summary>
/// <param name="Leeway">How long after a rotation the token before it still answers.</param>
/// <param name="Idle">What a use adds to the family.</param>
/// <param name="SessionIdle">What a use adds to its session.</param>
public sealed record RotationTimes(TimeSpan Leeway, TimeSpan Idle, SessionIdle SessionIdle);
