using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthServer.Tests.Fixtures;

/// <summary>A key pair of a client's. It signs whatever it is told to, also what no library would.</summary>
public sealed class TestKey
{
    private readonly AsymmetricAlgorithm _key;

    public TestKey(string alg = "ES256", string? kid = null)
    {
        Alg = alg;
        _key = alg == "ES256" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        Kid = kid ?? Jkt[..8];
    }

    public string Alg { get; }

    public string Kid { get; }

    /// <summary>RFC 7638 §3, member by member.</summary>
    public string Jkt
    {
        get
        {
            var required = new JsonObject(PublicMembers().OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
            return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(required.ToJsonString(Plain))));
        }
    }

    /// <summary>The public part, with its <c>kid</c>.</summary>
    public JsonObject Jwk => new([.. PublicMembers().Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)), new("kid", Kid), new("use", "sig")]);

    public string Jwks => JwksOf(this);

    /// <summary>A certificate of an RSA key, signed with it: base64, as in <c>x5c</c> (RFC 7517 §4.7).</summary>
    public string Certificate
    {
        get
        {
            var request = new CertificateRequest("CN=test", (RSA)_key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            return Convert.ToBase64String(certificate.RawData);
        }
    }

    private static System.Text.Json.JsonSerializerOptions Plain { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string JwksOf(params IEnumerable<TestKey> keys) => new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.Jwk)]) }.ToJsonString();

    /// <summary>A client assertion (RFC 7523 §3) for a minute.</summary>
    public string Assertion(string clientId, DateTime now, Action<JsonObject, JsonObject>? change = null) => Sign(
        new() { ["alg"] = Alg, ["kid"] = Kid },
        new()
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = AuthServerFactory.Issuer,
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["exp"] = Seconds(now.AddMinutes(1)),
        },
        change);

    /// <summary>A DPoP proof (RFC 9449 §4.2).</summary>
    public string Proof(string method, string path, DateTime now, string? nonce, string? accessToken = null, Action<JsonObject, JsonObject>? change = null)
    {
        var payload = new JsonObject
        {
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["htm"] = method,
            ["htu"] = AuthServerFactory.Issuer + path,
            ["iat"] = Seconds(now),
        };
        if (nonce is not null)
        {
            payload["nonce"] = nonce;
        }

        if (accessToken is not null)
        {
            payload["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        }

        return Sign(new() { ["alg"] = Alg, ["typ"] = "dpop+jwt", ["jwk"] = Jwk }, payload, change);
    }

    public static long Seconds(DateTime instant) => new DateTimeOffset(instant).ToUnixTimeSeconds();

    /// <summary>Signed with this key whatever the header says, but where it says <c>none</c> or <c>HS256</c>: under the public key then, as a forger would.</summary>
    public string Sign(JsonObject header, JsonObject payload, Action<JsonObject, JsonObject>? change = null)
    {
        change?.Invoke(header, payload);
        var text = $"{Encode(header)}.{Encode(payload)}";
        var data = Encoding.ASCII.GetBytes(text);
        var signature = (header["alg"] is JsonValue named && named.TryGetValue<string>(out var alg) ? alg : Alg, _key) switch
        {
            ("none", _) => [],
            ("HS256", _) => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Jwk.ToJsonString()), data),
            ("PS256", RSA rsa) => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            (_, RSA rsa) => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            (_, ECDsa ecdsa) => ecdsa.SignData(data, HashAlgorithmName.SHA256),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private Dictionary<string, string> PublicMembers()
    {
        if (_key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return new(StringComparer.Ordinal)
            {
                ["kty"] = "RSA",
                ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            };
        }

        var point = ((ECDsa)_key).ExportParameters(includePrivateParameters: false).Q;
        return new(StringComparer.Ordinal)
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
