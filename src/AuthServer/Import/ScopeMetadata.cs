using System.Text.Json.Serialization;

namespace AuthServer.Import;

/// <summary>A scope of an API, as the import file writes it.</summary>
internal sealed record ScopeMetadata
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("description")]
    public string? Description { get; init; }

    [JsonPropertyName("resources")]
    public IReadOnlyList<string> Resources { get; init; } = [];

    [JsonPropertyName("claims")]
    public IReadOnlyList<string> Claims { get; init; } = [];
}
