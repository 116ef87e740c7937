using AuthServer.Keys;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Ledger;

/// <summary>Signs what a seal says, and reads it back. Who holds the database alone can do the second only.</summary>
internal sealed class SealSigning(SigningKeyRing keys)
{
    // RFC 8725 §3.11: no token of this server can be taken for a seal, nor a seal for one.
    private const string Type = "ledger-seal+jwt";

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    public string Sign(SealStatement statement) => Handler.CreateToken(new SecurityTokenDescriptor
    {
        TokenType = Type,
        SigningCredentials = keys.Credentials(SecurityAlgorithms.EcdsaSha256),
        Claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["seal"] = statement.Id,
            ["previous"] = statement.Previous,
            ["digest"] = statement.Digest,
            ["count"] = statement.Count,
            ["at"] = new DateTimeOffset(statement.At).ToUnixTimeMilliseconds(),
            ["pruned"] = statement.Pruned,
        },
    });

    /// <summary>Null for anything that this server has not signed as a seal.</summary>
    public async Task<SealStatement?> ReadAsync(string jws)
    {
        var result = await Handler.ValidateTokenAsync(jws, new TokenValidationParameters
        {
            ValidTypes = [Type],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            // A seal outlives the key it was signed with; what comes after it holds it fast.
            IssuerSigningKeys = keys.EveryKey,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken jwt }
            && jwt.TryGetPayloadValue<long>("seal", out var id)
            && jwt.TryGetPayloadValue<string>("previous", out var previous)
            && jwt.TryGetPayloadValue<string>("digest", out var digest)
            && jwt.TryGetPayloadValue<int>("count", out var count)
            && jwt.TryGetPayloadValue<long>("at", out var at)
            && jwt.TryGetPayloadValue<bool>("pruned", out var pruned)
            ? new SealStatement(id, previous, digest, count, DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime, pruned)
            : null;
    }
}
