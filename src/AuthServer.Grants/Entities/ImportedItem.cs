using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>Something that an import made, or found there: none makes it again, whatever became of it. Kept for good.</summary>
public sealed class ImportedItem
{
    /// <summary>SHA-256 of its name, for a user of the normalized e-mail address: of who was deleted no name is to stay.</summary>
    public required byte[] Digest { get; init; }

    public required ImportedKind Kind { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ImportedItem>
    {
        public void Configure(EntityTypeBuilder<ImportedItem> builder)
        {
            builder.ToTable("ImportedItems");
            builder.HasKey(i => new { i.Digest, i.Kind });
        }
    }
}
