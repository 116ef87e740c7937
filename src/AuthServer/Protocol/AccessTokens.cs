using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Protocol;

/// <summary>Reads access tokens that come back, in either form, and asks Liveness about them.</summary>
internal sealed class AccessTokens(LivenessReader liveness, SignedTokens signedTokens, SealedTokens sealedTokens, SigningKeyRing keys, TimeProvider time)
{
    private readonly TokenMemory<AccessTokenContent> _verified = new();

    /// <summary>What the token says; null for a token that is not ours, is no access token, or has expired.</summary>
    public async Task<AccessTokenContent?> ReadAsync(string token) =>
        await ReadVerifiedAsync(token) is { } content && content.ExpiresAt > time.GetUtcNow().UtcDateTime ? content : null;

    /// <summary>The same for one that has expired, or whose signing key is gone: to explain it, never to accept it.</summary>
    public Task<AccessTokenContent?> ReadEvenDeadAsync(string token) => ReadAsync(token, signedTokens.ReadOfAnyKeyAsync);

    /// <summary>The token with all it hangs from, if it is alive now; one statement.</summary>
    public async Task<AliveAccessToken?> FindAliveAsync(AccessTokenContent content, CancellationToken cancellationToken) =>
        (await AskAsync(content, cancellationToken)).Alive;

    /// <summary>The same, and what else the statement told; null where none was needed to see that it is none of ours.</summary>
    public async Task<(AliveAccessToken? Alive, InstallationState? Installation)> AskAsync(AccessTokenContent content, CancellationToken cancellationToken)
    {
        switch (TokenId.Parse(content.Jti))
        {
            case TokenId.OfFamily id:
                var (installation, family) = await liveness.FindFamilyAsync(id.FamilyId, content.Jti, cancellationToken);
                return (Liveness.WhyDead(family, time.GetUtcNow().UtcDateTime) is null && await IsSignedAsync(content, installation, cancellationToken)
                    ? new AliveAccessToken(content, family!.Client!, ScopeText.Intersect(content.Scope, family.EffectiveScope), family)
                    : null, installation);
            case TokenId.OfClient id:
                var client = await liveness.FindClientTokenAsync(id.ClientId, content.Jti, cancellationToken);
                return (Liveness.WhyDead(client, id.ClientEpoch, id.InstallationEpoch) is null
                    && await IsSignedAsync(content, client.Installation, cancellationToken)
                    ? new AliveAccessToken(content, client.Client!, ScopeText.Intersect(content.Scope, client.Client!.Scope), Family: null)
                    : null, client.Installation);
            default:
                return (null, null);
        }
    }

    // Its signature was verified with the keys this node remembers; whether they are still the right ones, the same statement has told.
    private async ValueTask<bool> IsSignedAsync(AccessTokenContent content, InstallationState installation, CancellationToken cancellationToken)
    {
        await keys.EnsureAsync(installation.KeysVersion, cancellationToken);
        return content.Kid is null || keys.Verifies(content.Kid);
    }

    private async ValueTask<AccessTokenContent?> ReadVerifiedAsync(string token)
    {
        if (_verified.Find(token) is { } known)
        {
            return known;
        }

        var content = await ReadAsync(token, signedTokens.ReadAsync);
        if (content is { Kid: not null })
        {
            _verified.Remember(token, content);
        }

        return content;
    }

    private async Task<AccessTokenContent?> ReadAsync(string token, Func<string, string, Task<JsonWebToken?>> readSigned)
    {
        if (!token.Contains('.', StringComparison.Ordinal))
        {
            return (sealedTokens.Open(token) as SealedToken.Access)?.Content;
        }

        // RFC 9068 §4.
        return await readSigned(token, "at+jwt") is { } jwt ? ContentOf(jwt) : null;
    }

    private static AccessTokenContent ContentOf(JsonWebToken jwt) =>
        new AccessTokenContent(jwt.Id, jwt.IssuedAt, jwt.ValidTo, jwt.GetPayloadValue<string>("scope"), [.. jwt.Audiences], ReadJkt(jwt)) { Kid = jwt.Kid };

    // RFC 7800 §3, RFC 9449 §6.1. It is our own token: a cnf without jkt does not occur.
    private static string? ReadJkt(JsonWebToken jwt) =>
        jwt.TryGetPayloadValue<JsonElement>("cnf", out var confirmation) ? confirmation.GetProperty("jkt").GetString() : null;
}
