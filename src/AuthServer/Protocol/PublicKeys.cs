using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>Public keys that others hand in, as JWK (RFC 7517): which of them are good for verifying, and what is wrong with a set of them.</summary>
internal static class PublicKeys
{
    /// <summary>Of a whole set. Bytes.</summary>
    public const int MaxSetLength = 32 * 1024;

    private const int MaxCount = 20;
    private const int MinRsaBits = 2048;
    private const int CoordinateLength = 32;

    // A signature under a huge modulus or exponent costs the verifier, not the signer.
    private const int MaxRsaBits = 4096;
    private const int MaxExponentLength = 4;

    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>What is wrong with a JWK Set (RFC 7517 §5); null: nothing.</summary>
    public static string? Problem(string jwks)
    {
        if (jwks.Length > MaxSetLength)
        {
            return $"must have at most {MaxSetLength / 1024} KiB";
        }

        try
        {
            using var document = JsonDocument.Parse(jwks);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("keys", out var keys)
                && keys.ValueKind == JsonValueKind.Array && keys.EnumerateArray().All(key => key.ValueKind == JsonValueKind.Object)
                ? Problem(keys)
                : "must be a JWK Set: an object with the member keys, a list of objects (RFC 7517 §5)";
        }
        catch (Exception malformed) when (ForeignJwts.IsMalformed(malformed))
        {
            return "is not JSON";
        }
    }

    /// <summary>The usable keys of a set in which there is no problem; others are passed over (RFC 7517 §5).</summary>
    public static IReadOnlyList<JsonWebKey> Read(string jwks)
    {
        using var document = JsonDocument.Parse(jwks);
        return [.. document.RootElement.GetProperty("keys").EnumerateArray().Select(Read).OfType<JsonWebKey>()];
    }

    /// <summary>One key; null where it has private parts, or is not one that the known algorithms verify with.</summary>
    public static JsonWebKey? Read(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && !HasPrivateMember(element) && new JsonWebKey(element.GetRawText()) is var key && IsUsable(key)
                ? Bare(key)
                : null;
        }
        catch (Exception malformed) when (ForeignJwts.IsMalformed(malformed))
        {
            return null;
        }
    }

    /// <summary>Whether <paramref name="key"/> is one for <paramref name="alg"/>, by its type and by what it says of itself (RFC 7517 §4.2, §4.4).</summary>
    public static bool Fits(JsonWebKey key, string alg) =>
        (alg == SecurityAlgorithms.EcdsaSha256 ? key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve : key.Kty == JsonWebAlgorithmsKeyTypes.RSA)
        && (key.Alg ?? alg) == alg
        && (key.Use ?? JsonWebKeyUseNames.Sig) == JsonWebKeyUseNames.Sig
        && (key.KeyOps.Count == 0 || key.KeyOps.Contains("verify", StringComparer.Ordinal));

    private static string? Problem(JsonElement keys) =>
        keys.GetArrayLength() > MaxCount ? $"must have at most {MaxCount} keys"

        // RFC 7591 §2: public keys. One whose private part was handed in is no longer anybody's own.
        : keys.EnumerateArray().Any(HasPrivateMember) ? "has a private or symmetric key: give the public part alone, of a new key"
        : keys.EnumerateArray().Select(Read).All(key => key is null)
            ? $"has no key that is good for {string.Join(", ", ForeignJwts.Algorithms)}: EC P-256, or RSA of {MinRsaBits} to {MaxRsaBits} bits"
        : null;

    private static bool HasPrivateMember(JsonElement key) =>
        key.EnumerateObject().Any(member => PrivateMembers.Contains(member.Name, StringComparer.Ordinal));

    // The key and what it says of itself, nothing more: the token library would verify with the certificate of an x5c, whose key may be another (RFC 7517 §4.7).
    private static JsonWebKey Bare(JsonWebKey key)
    {
        var bare = new JsonWebKey { Kty = key.Kty, N = key.N, E = key.E, Crv = key.Crv, X = key.X, Y = key.Y, Kid = key.Kid, Use = key.Use, Alg = key.Alg };
        foreach (var operation in key.KeyOps)
        {
            bare.KeyOps.Add(operation);
        }

        return bare;
    }

    private static bool IsUsable(JsonWebKey key) => key.Kty switch
    {
        JsonWebAlgorithmsKeyTypes.RSA => Length(key.N) * 8 is >= MinRsaBits and <= MaxRsaBits && Length(key.E) is > 0 and <= MaxExponentLength,
        JsonWebAlgorithmsKeyTypes.EllipticCurve =>
            key.Crv == JsonWebKeyECTypes.P256 && Length(key.X) == CoordinateLength && Length(key.Y) == CoordinateLength,
        _ => false,
    };

    private static int Length(string? base64Url) => string.IsNullOrEmpty(base64Url) ? 0 : Base64UrlEncoder.DecodeBytes(base64Url).Length;
}
