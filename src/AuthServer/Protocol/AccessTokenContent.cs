using System.Text.Json.Serialization;

namespace AuthServer.Protocol;

/// <summary>What an access token says, in either form.</summary>
/// <param name="Jti">Names what it hangs from.</param>
/// <param name="IssuedAt">To the second.</param>
/// <param name="ExpiresAt">To the second.</param>
/// <param name="Scope">What was effective at issue, space-delimited.</param>
/// <param name="Audience">The resources it is good for.</param>
internal sealed record AccessTokenContent(string Jti, DateTime IssuedAt, DateTime ExpiresAt, string Scope, IReadOnlyList<string> Audience)
{
    /// <summary>The key that signed it; null for an opaque one, which is sealed.</summary>
    [JsonIgnore]
    public string? Kid { get; init; }
}
