using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Admin;

/// <summary>The parameters that pick lines of the ledger, as an address carries them.</summary>
internal sealed record LedgerQuery(
    [property: FromQuery(Name = "cause")] string? Cause,
    [property: FromQuery(Name = "user")] Guid? User,
    [property: FromQuery(Name = "client")] Guid? Client,
    [property: FromQuery(Name = "actor")] Guid? Actor,
    [property: FromQuery(Name = "since")] DateTimeOffset? Since,
    [property: FromQuery(Name = "until")] DateTimeOffset? Until,
    [property: FromQuery(Name = "correlation_id")] string? CorrelationId)
{
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
