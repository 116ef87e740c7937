using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Tests.Fixtures;

/// <summary>An authorization request, as a client makes it: with state, nonce and PKCE.</summary>
public sealed record CodeRequest(IReadOnlyList<KeyValuePair<string, string>> Parameters, string Verifier)
{
    public const string Path = "/connect/authorize";

    public string Url => Path + "?" + string.Join('&', Parameters.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));

    public string? State => this["state"];

    public string? Nonce => this["nonce"];

    public string? this[string name] => Parameters.FirstOrDefault(p => p.Key == name).Value;

    public static CodeRequest Of(Registration client, string? scope)
    {
        var verifier = RandomNumberGenerator.GetHexString(64);
        return new(
            [
                new("client_id", client.ClientId),
                new("redirect_uri", client.RedirectUri),
                new("response_type", "code"),
                new("scope", scope ?? client.Scope),
                new("state", RandomNumberGenerator.GetHexString(16)),
                new("nonce", RandomNumberGenerator.GetHexString(16)),
                new("code_challenge", WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
                new("code_challenge_method", "S256"),
            ],
            verifier);
    }

    /// <summary>The address that brings a pushed request.</summary>
    public static string Pushed(string clientId, string? requestUri) => $"{Path}?client_id={clientId}&request_uri={Uri.EscapeDataString(requestUri ?? "")}";

    public CodeRequest With(string name, string value) => Without(name) with { Parameters = [.. Without(name).Parameters, new(name, value)] };

    public CodeRequest Without(params string[] names) => this with { Parameters = [.. Parameters.Where(p => !names.Contains(p.Key, StringComparer.Ordinal))] };

    /// <summary>Gives a parameter a second time.</summary>
    public CodeRequest Again(string name, string value) => this with { Parameters = [.. Parameters, new(name, value)] };
}
