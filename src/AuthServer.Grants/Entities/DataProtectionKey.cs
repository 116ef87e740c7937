using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>One element of the Data Protection ring, encrypted with the installation's certificate.</summary>
public sealed class DataProtectionKey
{
    public required string FriendlyName { get; init; }

    public required string Xml { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<DataProtectionKey>
    {
        public void Configure(EntityTypeBuilder<DataProtectionKey> builder)
        {
            builder.ToTable("DataProtectionKeys");
            builder.HasKey(k => k.FriendlyName);
            builder.Property(k => k.FriendlyName).HasMaxLength(200);
        }
    }
}
