using System.Buffers;
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
        Jwks = Write(published);
    }

    public long Version { get; }

    /// <summary>When time makes another set of it; null: never by itself.</summary>
    public DateTime? ChangesAt { get; }

    public IReadOnlyCollection<SecurityKey> ValidationKeys { get; }

    public IReadOnlyCollection<SecurityKey> EveryKey { get; }

    public ReadOnlyMemory<byte> Jwks { get; }

    public SigningCredentials Credentials(string alg) => _signing[alg];

    public bool Verifies(string kid) => _verifying.Contains(kid);

    // Not by reflection: a start would wait for that.
    private static ReadOnlyMemory<byte> Write(List<OpenedKey> published)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("keys");
        foreach (var key in published)
        {
            Write(json, key.PublicPart, key.Scheduled.Key.Alg);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    // RFC 7517 §4 and RFC 7518 §6: member by member, so that a private one cannot slip in.
    private static void Write(Utf8JsonWriter json, SecurityKey publicPart, string alg)
    {
        var jwk = JsonWebKeyConverter.ConvertFromSecurityKey(publicPart);
        json.WriteStartObject();
        json.WriteString("alg", alg);
        json.WriteString("kid", publicPart.KeyId);
        json.WriteString("kty", jwk.Kty);
        json.WriteString("use", JsonWebKeyUseNames.Sig);
        if (jwk.Kty == JsonWebAlgorithmsKeyTypes.RSA)
        {
            json.WriteString("n", jwk.N);
            json.WriteString("e", jwk.E);
        }
        else
        {
            json.WriteString("crv", jwk.Crv);
            json.WriteString("x", jwk.X);
            json.WriteString("y", jwk.Y);
        }

        json.WriteEndObject();
    }
}
