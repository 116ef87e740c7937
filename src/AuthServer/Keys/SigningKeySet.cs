using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>The signing keys as they are at one instant; never changed, only replaced whole.</summary>
internal sealed class SigningKeySet
{
    private readonly FrozenDictionary<string, SigningCredentials> _current;

    /// <param name="keys">Private keys with their algorithm, oldest first: the newest of an algorithm signs, all of them verify.</param>
    public SigningKeySet(IReadOnlyCollection<SigningCredentials> keys)
    {
        _current = keys.GroupBy(key => key.Algorithm, StringComparer.Ordinal).ToFrozenDictionary(same => same.Key, same => same.Last(), StringComparer.Ordinal);
        ValidationKeys = [.. keys.Select(key => SigningKeyForm.PublicPart(key.Key))];
        Jwks = Serialize(keys.Zip(ValidationKeys, (key, publicPart) => Jwk(publicPart, key.Algorithm)));
    }

    public IReadOnlyCollection<SecurityKey> ValidationKeys { get; }

    public ReadOnlyMemory<byte> Jwks { get; }

    public SigningCredentials Credentials(string alg) => _current[alg];

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
