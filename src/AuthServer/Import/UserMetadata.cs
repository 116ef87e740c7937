using System.Text.Json.Serialization;

namespace AuthServer.Import;

/// <summary>A person, as the import file writes them: the claims of OpenID Connect Core §5.1, a password and roles.</summary>
internal sealed record UserMetadata
{
    [JsonPropertyName("email")]
    public string? Email { get; init; }

    /// <summary>Secret.</summary>
    [JsonPropertyName("password")]
    public string? Password { get; init; }

    [JsonPropertyName("email_verified")]
    public bool EmailVerified { get; init; } = true;

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("given_name")]
    public string? GivenName { get; init; }

    [JsonPropertyName("family_name")]
    public string? FamilyName { get; init; }

    [JsonPropertyName("picture")]
    public string? Picture { get; init; }

    [JsonPropertyName("website")]
    public string? Website { get; init; }

    [JsonPropertyName("birthdate")]
    public string? Birthdate { get; init; }

    [JsonPropertyName("zoneinfo")]
    public string? Zoneinfo { get; init; }

    [JsonPropertyName("locale")]
    public string? Locale { get; init; }

    [JsonPropertyName("address")]
    public string? Address { get; init; }

    [JsonPropertyName("phone_number")]
    public string? PhoneNumber { get; init; }

    [JsonPropertyName("roles")]
    public IReadOnlyList<string> Roles { get; init; } = [];

    // The default would print the password.
    public override string ToString() => Email ?? "";
}
