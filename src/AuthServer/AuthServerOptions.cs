using System.ComponentModel.DataAnnotations;
using AuthServer.Keys;
using AuthServer.Outbound;
using Microsoft.Extensions.Options;

namespace AuthServer;

/// <summary>The section <c>AuthServer</c> of the configuration.</summary>
public sealed class AuthServerOptions
{
    public const string Section = "AuthServer";

    /// <summary>
    /// The <c>iss</c> of every token and the base of every published address (RFC 8414 §2), without a trailing slash. Required outside
    /// Development; https unless its host is loopback. Default in Development: the first address listened on.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>Path of an import file, applied at every start: it creates what is absent and changes nothing that exists. Default: none.</summary>
    public string? Import { get; set; }

    /// <summary>Whether people may register themselves. Default: in Development yes, elsewhere no.</summary>
    public bool? Registration { get; set; }

    /// <summary>
    /// Addresses or networks (<c>10.1.0.7</c>, <c>10.1.0.0/16</c>) of the proxies in front, whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>
    /// are believed. Default: none; then these headers are ignored.
    /// </summary>
    public IList<string> Proxies { get; set; } = [];

    /// <summary>How long things live.</summary>
    [Required]
    [ValidateObjectMembers]
    public LifetimeOptions Lifetimes { get; set; } = new();

    /// <summary>How long dead rows are kept.</summary>
    [Required]
    [ValidateObjectMembers]
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>How often somebody may be wrong.</summary>
    [Required]
    [ValidateObjectMembers]
    public RateLimitOptions RateLimits { get; set; } = new();

    /// <summary>The keys that sign tokens.</summary>
    [Required]
    [ValidateObjectMembers]
    public KeyOptions Keys { get; set; } = new();

    /// <summary>The ledger of withdrawals.</summary>
    [Required]
    [ValidateObjectMembers]
    public LedgerOptions Ledger { get; set; } = new();

    /// <summary>Proofs of possession.</summary>
    public DpopOptions Dpop { get; set; } = new();

    /// <summary>Which networks may be called although they are private.</summary>
    public OutboundOptions Outbound { get; set; } = new();

    /// <summary>Who is told what this server measures.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();
}
