using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>JWTs that others signed: client assertions and DPoP proofs. Which key counts is never theirs to say (RFC 8725 §3.10).</summary>
internal static class ForeignJwts
{
    private const int MaxLength = 8 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    // Keys come from outside and are seldom seen twice: nothing of them is kept.
    private static readonly CryptoProviderFactory Signatures = new() { CacheSignatureProviders = false };

    /// <summary>Asymmetric ones alone: neither <c>none</c> nor a digest under a shared secret proves a key (RFC 8725 §3.1; RFC 9449 §4.3).</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["ES256", "PS256", "RS256"];

    /// <summary>Reads without believing. Null for what is no signed JWT of a known algorithm, or wants to be understood in ways we do not know.</summary>
    public static JsonWebToken? Read(string text)
    {
        if (text.Length > MaxLength || text.Count('.') != 2)
        {
            return null;
        }

        try
        {
            var jwt = new JsonWebToken(text);

            // RFC 7515 §4.1.11: what is critical and not understood makes the whole invalid. We know no extension.
            return Algorithms.Contains(jwt.Alg, StringComparer.Ordinal) && !jwt.TryGetHeaderValue<object>("crit", out _) ? jwt : null;
        }
        catch (Exception malformed) when (IsMalformed(malformed))
        {
            return null;
        }
    }

    /// <summary>Whether the token library says by <paramref name="fault"/> that a text from outside is none of its kind. Half a surrogate pair is an invalid operation.</summary>
    public static bool IsMalformed(Exception fault) =>
        fault is ArgumentException or SecurityTokenException or JsonException or FormatException or InvalidOperationException or OverflowException;

    /// <summary>A claim that must be a string with something in it; null where it is not.</summary>
    public static string? Text(JsonWebToken jwt, string claim) =>
        jwt.TryGetPayloadValue<string>(claim, out var text) && !string.IsNullOrEmpty(text) ? text : null;

    /// <summary>Whether <paramref name="key"/> signed it. Nothing else is looked at.</summary>
    public static async Task<bool> IsSignedByAsync(JsonWebToken jwt, JsonWebKey key)
    {
        var result = await Handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = [jwt.Alg],
            CryptoProviderFactory = Signatures,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result.IsValid;
    }
}
