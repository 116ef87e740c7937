namespace AuthServer.Grants;

/// <summary>How long dead rows are kept.</summary>
/// <param name="Ended">Families, sessions and grants, counted from their end.</param>
/// <param name="Deliveries">What was acknowledged or given up, counted from when it was owed.</param>
public sealed record PruningTimes(TimeSpan Ended, TimeSpan Deliveries)
{
    /// <summary>What happened at a user's door, counted from when it happened.</summary>
    public TimeSpan Events { get; init; } = TimeSpan.FromDays(180);
}
