using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>A key that signs tokens. Its private part is sealed by Data Protection: the database alone forges nothing.</summary>
public sealed class SigningKey
{
    /// <summary>The <c>kid</c> in JWKS and token headers.</summary>
    public required string Kid { get; init; }

    /// <summary><c>RS256</c> or <c>ES256</c>.</summary>
    public required string Alg { get; init; }

    /// <summary>The PKCS#8 private key, sealed. Secret.</summary>
    public required byte[] SealedKey { get; init; }

    public required DateTime CreatedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<SigningKey>
    {
        public void Configure(EntityTypeBuilder<SigningKey> builder)
        {
            builder.ToTable("SigningKeys");
            builder.HasKey(k => k.Kid);
            builder.Property(k => k.Kid).HasMaxLength(100);
            builder.Property(k => k.Alg).HasMaxLength(10);
        }
    }
}
