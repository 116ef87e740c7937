using AuthServer.Keys;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>Reads <c>id_token_hint</c> (OpenID Connect Core §3.1.2.1; RP-Initiated Logout 1.0 §2). An expired one is still a hint.</summary>
internal sealed class IdTokenHints(SigningKeyRing keys, Issuer issuer)
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>Null for anything that is not an ID token signed by us.</summary>
    public async Task<IdTokenHint?> ReadAsync(string token)
    {
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidTypes = ["JWT"],
            ValidIssuer = issuer.Value,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = keys.ValidationKeys,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken jwt }
            && Guid.TryParse(jwt.Subject, out var userId)
            && jwt.Audiences.FirstOrDefault() is { } clientId
            ? new IdTokenHint(
                userId,
                jwt.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Sid, out var sid) && Guid.TryParse(sid, out var id) ? id : null,
                clientId)
            : null;
    }
}
