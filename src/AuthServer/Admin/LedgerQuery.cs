using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Admin;

/// <summary>The parameters that pick lines of the ledger, as an address carries them.</summary>
internal sealed record LedgerQuery
{
    [FromQuery(Name = "cause")]
    public string? Cause { get; init; }

    [FromQuery(Name = "user")]
    public Guid? User { get; init; }

    [FromQuery(Name = "client")]
    public Guid? Client { get; init; }

    [FromQuery(Name = "actor")]
    public Guid? Actor { get; init; }

    [FromQuery(Name = "since")]
    public DateTimeOffset? Since { get; init; }

    [FromQuery(Name = "until")]
    public DateTimeOffset? Until { get; init; }

    [FromQuery(Name = "correlation_id")]
    public string? CorrelationId { get; init; }

    /// <summary>Null where the cause is no word of the ledger.</summary>
    public LedgerFilter? Filter()
    {
        RevocationCause? cause = null;
        if (!string.IsNullOrEmpty(Cause))
        {
            if (!ApiJson.TryParse<RevocationCause>(Cause, out var word))
            {
                return null;
            }

            cause = word;
        }

        return new LedgerFilter
        {
            Cause = cause,
            User = User,
            Client = Client,
            Actor = Actor,
            Since = Since?.UtcDateTime,
            Until = Until?.UtcDateTime,
            CorrelationId = CorrelationId,
        };
    }
}
