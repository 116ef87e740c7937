using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>The signing keys as they are at one instant; never changed, only replaced whole.</summary>
internal sealed class SigningKeySet
{
    private readonly FrozenDictionary<string, SigningCredentials> _signing;
    private readonly FrozenSet<string> _verifying;

    /// <param name="keys">All keys that were ever there.</param>
    /// <param name="version">Of the keys, as the database had it before they were read.</param>
    public SigningKeySet(IReadOnlyCollection<OpenedKey> keys, long version)
    {
        Version = version;
        ChangesAt = keys.Min(key => key.Scheduled.Until);
        _signing = keys.Where(key => key.Scheduled.State == SigningKeyState.Signing)
            .ToFrozenDictionary(key => key.Scheduled.Key.Alg, key => key.Credentials!, StringComparer.Ordinal);
        var published = keys
            .Where(key => key.Scheduled.State is SigningKeyState.Published or SigningKeyState.Signing or SigningKeyState.Retiring)
            .OrderBy(key => key.Scheduled.Key.SignsFrom)
            .ToList();
        _verifying = published.Select(key => key.PublicPart.KeyId).ToFrozenSet(StringComparer.Ordinal);
        ValidationKeys = [.. published.Select(key => key.PublicPart)];
        EveryKey = [.. keys.Select(key => key.PublicPart)];
        Jwks = Serialize(published.Select(key => Jwk(key.PublicPart, key.Scheduled.Key.Alg)));
    }

    public long Version { get; }

    /// <summary>When time makes another set of it; null: never by itself.</summary>
    public DateTime? ChangesAt { get; }

    public IReadOnlyCollection<SecurityKey> ValidationKeys { get; }

    public IReadOnlyCollection<SecurityKey> EveryKey { get; }

    public ReadOnlyMemory<byte> Jwks { get; }

    public SigningCredentials Credentials(string alg) => _signing[alg];

    public bool Verifies(string kid) => _verifying.Contains(kid);

    private static ReadOnlyMemory<byte> Serialize(IEnumerable<SortedDictionary<string, string>> keys) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal) { ["keys"] = keys });

    // RFC 7517 §4 and RFC 7518 §6: member by member, so that a private one cannot slip in.
    private static SortedDictionary<string, string> Jwk(SecurityKey publicPart, string alg)
    {
        var jwk = JsonWebKeyConverter.ConvertFromSecurityKey(publicPart);
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = jwk.Kty,
            ["use"] = JsonWebKeyUseNames.Sig,
            ["alg"] = alg,
            ["kid"] = publicPart.KeyId,
        };
        if (jwk.Kty == JsonWebAlgorithmsKeyTypes.RSA)
        {
            members["n"] = jwk.N;
            members["e"] = jwk.E;
        }
        else
        {
            members["crv"] = jwk.Crv;
            members["x"] = jwk.X;
            members["y"] = jwk.Y;
        }

        return members;
    }
}
