using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuthServer;

/// <summary>
/// The section <c>AuthServer:RateLimits</c>: how often somebody may be wrong. Failures are counted, never successes, in each process for itself:
/// with several nodes somebody may be wrong so often on each.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Off only for tests of load, or behind something that does the same. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Wrong passwords and second factors, by address. Default: 50 in 10 minutes.</summary>
    [Required]
    [ValidateObjectMembers]
    public FailureLimit Password { get; set; } = new() { Permitted = 50 };

    /// <summary>Wrong client secrets, by client and by address. Default: 50 in 10 minutes.</summary>
    [Required]
    [ValidateObjectMembers]
    public FailureLimit ClientSecret { get; set; } = new() { Permitted = 50 };

    /// <summary>User codes that no device shows (RFC 8628 §5.1), by user and by address. Default: 10 in 10 minutes.</summary>
    [Required]
    [ValidateObjectMembers]
    public FailureLimit DeviceCode { get; set; } = new() { Permitted = 10 };

    /// <summary>
    /// Forms that send mail or make an account, by address and by recipient. Every post counts: which of them sent one is nobody's business.
    /// Default: 20 in an hour.
    /// </summary>
    [Required]
    [ValidateObjectMembers]
    public FailureLimit Mail { get; set; } = new() { Permitted = 20, Window = TimeSpan.FromHours(1) };
}
