using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Protocol;

/// <summary><c>private_key_jwt</c>: a client proves who it is by a short JWT under a key it is registered with (RFC 7523 §2.2, §3; OpenID Connect Core §9).</summary>
internal sealed class ClientAssertions(ClientKeys keys, SingleUse singleUse, Issuer issuer, TimeProvider time)
{
    public const string Method = "private_key_jwt";

    /// <summary>The one <c>client_assertion_type</c> (RFC 7523 §2.2).</summary>
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Whether it proves that <paramref name="client"/> is calling, here and for the first time. Used up only where everything else is right.</summary>
    /// <param name="assertion">As it was read; nothing of it is believed yet.</param>
    /// <param name="client">Whom it names.</param>
    /// <param name="path">Of the endpoint that is called.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> ProvesAsync(JsonWebToken assertion, Client client, string path, CancellationToken cancellationToken) =>
        IsWellFormed(assertion, client)
        && IsForUs(assertion, path)
        && IsInTime(assertion)
        && await keys.FindAsync(client, assertion.Kid, assertion.Alg, cancellationToken) is { } key
        && await ForeignJwts.IsSignedByAsync(assertion, key)
        && await singleUse.TryUseAsync("client_assertion", client.Id.ToString(), assertion.Id, assertion.ValidTo, cancellationToken);

    // RFC 7523 §3 no. 1 and 2. Any other type is something else under the same key, a DPoP proof perhaps (RFC 8725 §3.11).
    private static bool IsWellFormed(JsonWebToken assertion, Client client) =>
        assertion.Issuer == client.ClientId
        && assertion.Subject == client.ClientId
        && !string.IsNullOrEmpty(assertion.Id)
        && assertion.Alg == (client.TokenEndpointAuthSigningAlg ?? assertion.Alg)
        && assertion.Typ is null or "" or "JWT" or "client-authentication+jwt";

    // The issuer (RFC 7523bis), the token endpoint (RFC 7523 §3, OpenID Connect Core §9), or the endpoint called (RFC 9126 §2 wants all three),
    // and nobody else beside: whoever is named too could have passed it on.
    private bool IsForUs(JsonWebToken assertion, string path)
    {
        string[] ours = [issuer.Value, issuer.At("/connect/token"), issuer.At(path)];
        return assertion.Audiences.Any() && assertion.Audiences.All(audience => ours.Contains(audience, StringComparer.Ordinal));
    }

    // RFC 7523 §3 no. 4 and 5. Without exp, ValidTo is long ago.
    private bool IsInTime(JsonWebToken assertion)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return assertion.ValidTo > now && assertion.ValidTo <= now + MaxAhead + ClockSkew && assertion.ValidFrom <= now + ClockSkew;
    }
}
