using System.ComponentModel.DataAnnotations;

namespace AuthServer;

/// <summary>The section <c>AuthServer:Retention</c>: how long dead rows are kept. Every value is a time span, <c>[days.]hours:minutes:seconds</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>
    /// Families, sessions and grants, counted from their end; so long it can be explained why one of their tokens is dead. A family never goes
    /// before its session. Default: 7 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:10:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Ended { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Deliveries that were acknowledged or given up, counted from the revocation that owed them, or from when they were sent again. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Deliveries { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What happened at users' doors (sign-ins, failed ones, changes), as their security history shows it. Default: 180 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Events { get; set; } = TimeSpan.FromDays(180);
}
