using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>How often something happened in one hour, on all nodes: for the operator's charts, not for accounts (docs/decisions/0012).</summary>
public sealed class Tally
{
    /// <summary>Its first instant.</summary>
    public required DateTime Hour { get; init; }

    public required TallyKind Kind { get; init; }

    public required long Count { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Tally>
    {
        public void Configure(EntityTypeBuilder<Tally> builder)
        {
            builder.ToTable("Tallies");
            builder.HasKey(t => new { t.Hour, t.Kind });
        }
    }
}
