using System.ComponentModel.DataAnnotations;

namespace AuthServer;

/// <summary>How many failures are permitted within a window; after them everything is refused until the window ends.</summary>
public sealed class FailureLimit
{
    /// <summary>1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int Permitted { get; set; } = 10;

    /// <summary>Counted from the first failure: a time span from 1 second to 1 day. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);
}
