using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>Holds a run of ledger entries fast: their digest and that of the seal before, signed.</summary>
public sealed class LedgerSeal
{
    /// <summary>One more than the seal before.</summary>
    public required long Id { get; init; }

    public required DateTime At { get; init; }

    /// <summary>How many entries it holds.</summary>
    public required int Count { get; init; }

    /// <summary>SHA-256, base64url, over the entries and the digest of the seal before.</summary>
    public required string Digest { get; init; }

    /// <summary>The signed statement of all this: a JWS by a key of this server.</summary>
    public required string Jws { get; init; }

    /// <summary>Its entries were pruned by age; it stays as the anchor of the seal after it.</summary>
    public bool Pruned { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<LedgerSeal>
    {
        public void Configure(EntityTypeBuilder<LedgerSeal> builder)
        {
            builder.ToTable("LedgerSeals");
            builder.Property(s => s.Id).ValueGeneratedNever();
            builder.Property(s => s.Digest).HasMaxLength(64);
        }
    }
}
