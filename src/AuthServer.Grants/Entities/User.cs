using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>A person who signs in: Identity's user, with the claims of OpenID Connect Core §5.1 and what withdraws everything they hold.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>The <c>name</c> claim.</summary>
    [PersonalData]
    public string? Name
    {
        get;
        set
        {
            field = value;
            NormalizedName = value?.ToUpperInvariant();
        }
    }

    /// <summary>The name in upper case, by which operators search.</summary>
    public string? NormalizedName { get; private set; }

    /// <summary>The <c>given_name</c> claim.</summary>
    [PersonalData]
    public string? GivenName { get; set; }

    /// <summary>The <c>family_name</c> claim.</summary>
    [PersonalData]
    public string? FamilyName { get; set; }

    /// <summary>The <c>picture</c> claim, a URL.</summary>
    [PersonalData]
    public string? Picture { get; set; }

    /// <summary>The <c>website</c> claim, a URL.</summary>
    [PersonalData]
    public string? Website { get; set; }

    /// <summary>The <c>birthdate</c> claim, <c>YYYY-MM-DD</c>.</summary>
    [PersonalData]
    public string? Birthdate { get; set; }

    /// <summary>The <c>zoneinfo</c> claim, a name of the tz database.</summary>
    public string? Zoneinfo { get; set; }

    /// <summary>The <c>locale</c> claim, a BCP 47 tag.</summary>
    public string? Locale { get; set; }

    /// <summary>The <c>formatted</c> member of the <c>address</c> claim.</summary>
    [PersonalData]
    public string? Address { get; set; }

    /// <summary>The <c>updated_at</c> claim.</summary>
    public DateTime UpdatedAt { get; set; }

    /// <summary>Refused everywhere, until an operator enables the user again. Written by the cascade alone.</summary>
    public bool Disabled { get; private set; }

    /// <summary>Stepped to withdraw everything the user holds. Written by the cascade alone.</summary>
    public int Epoch { get; private set; }

    internal sealed class Mapping : IEntityTypeConfiguration<User>
    {
        public void Configure(EntityTypeBuilder<User> builder)
        {
            builder.ToTable("Users");
            builder.HasIndex(u => u.NormalizedName);

            // Who is disabled is listed by itself, and is searched for.
            builder.HasIndex(u => u.NormalizedEmail, "IX_Users_DisabledEmail").HasFilter("\"Disabled\"");
            builder.HasIndex(u => u.NormalizedName, "IX_Users_DisabledName").HasFilter("\"Disabled\"");
            builder.Property(u => u.Id).HasValueGenerator<UuidV7Generator>();

            // Identity's store writes every column of a user it loaded earlier: a failed login that raced with
            // "disable" would undo it. These two are stepped by conditional updates alone.
            builder.Property(u => u.Disabled).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
            builder.Property(u => u.Epoch).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        }
    }
}
