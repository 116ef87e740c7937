using System.Text.Json.Serialization;

namespace AuthServer.Introspect;

/// <summary>What is told of a token (RFC 7662 §2.2). Members that are null are left out; a dead token has <c>active</c> alone.</summary>
internal sealed record IntrospectionResponse
{
    public static IntrospectionResponse Inactive { get; } = new();

    [JsonPropertyName("active")]
    public bool Active { get; init; }

    [JsonPropertyName("iss")]
    public string? Iss { get; init; }

    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    [JsonPropertyName("sub")]
    public string? Sub { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    /// <summary><c>Bearer</c> or <c>DPoP</c>; left out for a refresh token, which is no token type of RFC 6749 §5.1.</summary>
    [JsonPropertyName("token_type")]
    public string? TokenType { get; init; }

    [JsonPropertyName("aud")]
    public IReadOnlyList<string>? Aud { get; init; }

    [JsonPropertyName("iat")]
    public long? Iat { get; init; }

    [JsonPropertyName("exp")]
    public long? Exp { get; init; }

    [JsonPropertyName("jti")]
    public string? Jti { get; init; }

    [JsonPropertyName("sid")]
    public string? Sid { get; init; }

    /// <summary>The key whose proof must come with it (RFC 9449 §6.2).</summary>
    [JsonPropertyName("cnf")]
    public Confirmation? Cnf { get; init; }

    /// <param name="Jkt">Thumbprint of the key (RFC 7638).</param>
    internal sealed record Confirmation([property: JsonPropertyName("jkt")] string Jkt);

    /// <summary>RFC 9470 §6.2.</summary>
    [JsonPropertyName("acr")]
    public string? Acr { get; init; }

    /// <summary>RFC 9470 §6.2.</summary>
    [JsonPropertyName("auth_time")]
    public long? AuthTime { get; init; }
}

/// <summary>Writes <see cref="IntrospectionResponse"/> without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IntrospectionResponse))]
internal sealed partial class IntrospectionJson : JsonSerializerContext;
