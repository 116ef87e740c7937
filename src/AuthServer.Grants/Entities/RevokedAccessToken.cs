using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>An access token withdrawn alone, while its family goes on. Kept until it would have expired.</summary>
public sealed class RevokedAccessToken
{
    /// <summary>The token's <c>jti</c>.</summary>
    public required string Jti { get; init; }

    public required DateTime ExpiresAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<RevokedAccessToken>
    {
        public void Configure(EntityTypeBuilder<RevokedAccessToken> builder)
        {
            builder.ToTable("RevokedAccessTokens");
            builder.HasKey(t => t.Jti);
            builder.Property(t => t.Jti).HasMaxLength(100);
            builder.HasIndex(t => t.ExpiresAt);
        }
    }
}
