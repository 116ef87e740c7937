using AuthServer.Keys;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>Reads JWTs that come back: of our issuer, signed by a key of ours with an algorithm we use, and of the type that is expected (RFC 8725 §3).</summary>
internal sealed class SignedTokens(SigningKeyRing keys, Issuer issuer, CryptoMetrics metrics)
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>Null for anything else. Whether it has expired is the caller's to ask: of our own clock.</summary>
    /// <param name="token">What came.</param>
    /// <param name="type">The <c>typ</c> it must have, so that no token is taken for another.</param>
    public async Task<JsonWebToken?> ReadAsync(string token, string type)
    {
        var result = await ValidateAsync(token, type, keys.ValidationKeys);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && await keys.RefreshAsync(CancellationToken.None))
        {
            // Another node has begun to sign with a key that this one had not read.
            result = await ValidateAsync(token, type, keys.ValidationKeys);
        }

        return Read(result);
    }

    /// <summary>The same whatever became of the key that signed it: to explain, never to accept.</summary>
    public async Task<JsonWebToken?> ReadOfAnyKeyAsync(string token, string type) => Read(await ValidateAsync(token, type, keys.EveryKey));

    private static JsonWebToken? Read(TokenValidationResult result) => result.IsValid ? result.SecurityToken as JsonWebToken : null;

    private Task<TokenValidationResult> ValidateAsync(string token, string type, IEnumerable<SecurityKey> good)
    {
        metrics.Verified();
        return Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidTypes = [type],
            ValidIssuer = issuer.Value,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = good,
            TryAllIssuerSigningKeys = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
    }
}
