using System.Text.Json.Serialization;

namespace AuthServer.Protocol;

/// <summary>What an access token says, in either form.</summary>
/// <param name="Jti">Names what it hangs from.</param>
/// <param name="IssuedAt">To the second.</param>
/// <param name="ExpiresAt">To the second.</param>
/// <param name="Scope">What was effective at issue, space-delimited.</param>
/// <param name="Audience">The resources it is good for.</param>
/// <param name="Jkt">Thumbprint of the key it is bound to (RFC 9449 §6.1); null: whoever bears it may use it.</param>
internal sealed record AccessTokenContent(
    string Jti,
    DateTime IssuedAt,
    DateTime ExpiresAt,
    string Scope,
    IReadOnlyList<string> Audience,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Jkt)
{
    /// <summary>The <c>token_type</c> (RFC 6750 §4; RFC 9449 §5).</summary>
    [JsonIgnore]
    public string TokenType => Jkt is null ? "Bearer" : DpopProofs.Name;

    /// <summary>The key that signed it; null for an opaque one, which is sealed.</summary>
    [JsonIgnore]
    public string? Kid { get; init; }
}
