using System.Text.Json.Serialization;

namespace AuthServer.Authorize;

/// <summary>The answer to a push (RFC 9126 §2.2).</summary>
/// <param name="RequestUri">What the browser brings.</param>
/// <param name="ExpiresIn">Seconds.</param>
internal sealed record PushedResponse(
    [property: JsonPropertyName("request_uri")] string RequestUri, [property: JsonPropertyName("expires_in")] int ExpiresIn);
