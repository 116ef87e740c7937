using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>What a family's life asks of its <see cref="User"/>, and what its tokens may tell of them.</summary>
public sealed record FamilyUser
{
    public required bool Disabled { get; init; }

    public required int Epoch { get; init; }

    public string? UserName { get; init; }

    public string? Email { get; init; }

    public bool EmailConfirmed { get; init; }

    public string? PhoneNumber { get; init; }

    public bool PhoneNumberConfirmed { get; init; }

    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? Picture { get; init; }

    public string? Website { get; init; }

    public string? Birthdate { get; init; }

    public string? Zoneinfo { get; init; }

    public string? Locale { get; init; }

    public string? Address { get; init; }

    public DateTime UpdatedAt { get; init; }
}
