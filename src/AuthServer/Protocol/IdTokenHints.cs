using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Protocol;

/// <summary>Reads <c>id_token_hint</c> (OpenID Connect Core §3.1.2.1; RP-Initiated Logout 1.0 §2). An expired one is still a hint.</summary>
internal sealed class IdTokenHints(SignedTokens signedTokens, SigningKeyRing keys, LivenessReader liveness)
{
    /// <summary>Null for anything that is not an ID token signed by us.</summary>
    public async Task<IdTokenHint?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        await keys.EnsureAsync((await liveness.ReadInstallationAsync(cancellationToken)).KeysVersion, cancellationToken);
        return await signedTokens.ReadAsync(token, "JWT") is { } jwt
            && Guid.TryParse(jwt.Subject, out var userId)
            && jwt.Audiences.FirstOrDefault() is { } clientId
            ? new IdTokenHint(
                userId,
                jwt.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Sid, out var sid) && Guid.TryParse(sid, out var id) ? id : null,
                clientId)
            : null;
    }
}
