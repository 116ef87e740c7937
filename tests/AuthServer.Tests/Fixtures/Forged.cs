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
        return [Unsigned(token), SignedBy(key, token), SignedWithThePublicKey(token, jwks), WithClaim(token, "sub", Guid.Empty.ToString()), token[..^4], token + "AA"];
    }

    private static string Payload(JsonWebToken token) => Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(token.EncodedPayload));

    private static string Encode(string json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));
}
