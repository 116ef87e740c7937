using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>A scope of an API: what it means to a person, and for which resources it is good (RFC 8707).</summary>
public sealed class Scope
{
    public required string Name { get; init; }

    /// <summary>What the consent page says.</summary>
    public required string Description { get; set; }

    /// <summary>The <c>aud</c> of access tokens that carry it; empty: the issuer.</summary>
    public IList<string> Resources { get; set; } = [];

    /// <summary>Names of user claims put into access tokens that carry it.</summary>
    public IList<string> Claims { get; set; } = [];

    internal sealed class Mapping : IEntityTypeConfiguration<Scope>
    {
        public void Configure(EntityTypeBuilder<Scope> builder)
        {
            builder.ToTable("Scopes");
            builder.HasKey(s => s.Name);
            builder.Property(s => s.Name).HasMaxLength(200);
        }
    }
}
