using System.ComponentModel.DataAnnotations;

namespace AuthServer;

/// <summary>The section <c>AuthServer:Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>
    /// How long the ledger goes back, a time span, <c>[days.]hours:minutes:seconds</c>. It is pruned from its old end only, whole seals at a time.
    /// Default: 730 days.
    /// </summary>
    [Range(typeof(TimeSpan), "30.00:00:00", "36500.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(730);
}
