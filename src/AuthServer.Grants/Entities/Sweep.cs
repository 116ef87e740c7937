using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>
/// Children of a withdrawn parent whose own status is still to be brought up to date. They are dead already; this is for lists and counts. The
/// row goes when the last child is done.
/// </summary>
public sealed class Sweep
{
    /// <summary>The line in the ledger it finishes, which says what was withdrawn.</summary>
    public required Guid RevocationId { get; init; }

    /// <summary>Of the user or client before it was stepped: what has a later one is not touched.</summary>
    public int? Epoch { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Sessions done so far.</summary>
    public int Sessions { get; set; }

    /// <summary>Grants done so far.</summary>
    public int Grants { get; set; }

    /// <summary>Families done so far.</summary>
    public int Families { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Sweep>
    {
        public void Configure(EntityTypeBuilder<Sweep> builder)
        {
            builder.ToTable("Sweeps");
            builder.HasKey(s => s.RevocationId);
        }
    }
}
