using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Tests.Fixtures;

/// <summary>Tokens as a forger would make them out of real ones.</summary>
internal static class Forged
{
    /// <summary>The same claims and header, signed by somebody else.</summary>
    public static string SignedBy(ECDsa key, string token)
    {
        var real = new JsonWebToken(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            Payload(real),
            new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = real.Kid }, SecurityAlgorithms.EcdsaSha256),
            new Dictionary<string, object>(StringComparer.Ordinal) { ["typ"] = real.Typ });
    }

    /// <summary>The same claims, signed by somebody else whose key the header brings along, points to, or names by what may be a path or a query.</summary>
    public static IEnumerable<string> SignedByAKeyOfItsOwn(string token)
    {
        var real = new JsonWebToken(token);
        var key = new TestKey();
        (string Name, System.Text.Json.Nodes.JsonNode Value)[] headers =
        [
            ("jwk", key.Jwk), ("jku", "https://keys.evil.example/jwks"), ("x5u", "https://keys.evil.example/x5u"), ("x5c", new System.Text.Json.Nodes.JsonArray("MIIB")),
            ("kid", "../../../dev/null"), ("kid", "' UNION SELECT 1 --"), ("kid", key.Kid),
        ];
        foreach (var (name, value) in headers)
        {
            var payload = System.Text.Json.Nodes.JsonNode.Parse(Payload(real))!.AsObject();
            yield return key.Sign(new() { ["alg"] = "ES256", ["typ"] = real.Typ, ["kid"] = real.Kid }, payload, (header, _) => header[name] = value);
        }
    }

    /// <summary>The same claims without signature, <c>alg: none</c>.</summary>
    public static string Unsigned(string token)
    {
        var real = new JsonWebToken(token);
        return $"{Encode($$"""{"alg":"none","typ":"{{real.Typ}}","kid":"{{real.Kid}}"}""")}.{real.EncodedPayload}.";
    }

    /// <summary>The same claims, signed HS256 with the published key as the shared secret.</summary>
    public static string SignedWithThePublicKey(string token, string jwks)
    {
        var real = new JsonWebToken(token);
        var key = new JsonWebKeySet(jwks).Keys.Single(k => k.Kid == real.Kid);
        var text = $"{Encode($$"""{"alg":"HS256","typ":"{{real.Typ}}","kid":"{{real.Kid}}"}""")}.{real.EncodedPayload}";
        var secret = Encoding.ASCII.GetBytes(key.N ?? key.X + key.Y);
        return $"{text}.{WebEncoders.Base64UrlEncode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>The same header and signature over other claims.</summary>
    public static string WithClaim(string token, string name, string value)
    {
        var parts = token.Split('.');
        var payload = System.Text.Json.Nodes.JsonNode.Parse(WebEncoders.Base64UrlDecode(parts[1]))!;
        payload[name] = value;
        return $"{parts[0]}.{Encode(payload.ToJsonString())}.{parts[2]}";
    }

    /// <summary>Every way to forge this token that is worth trying.</summary>
    public static IEnumerable<string> WaysToForge(string token, string jwks)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return [Unsigned(token), SignedBy(key, token), SignedWithThePublicKey(token, jwks), WithClaim(token, "sub", Guid.Empty.ToString()), token[..^4], token + "AA", .. SignedByAKeyOfItsOwn(token)];
    }

    private static string Payload(JsonWebToken token) => Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(token.EncodedPayload));

    private static string Encode(string json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));
}
