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

    /// <summary>The PKCS#8 private key, sealed. Secret. Null once the key signs no more: it is destroyed.</summary>
    public byte[]? SealedKey { get; set; }

    /// <summary>The public key as SubjectPublicKeyInfo (RFC 5280 §4.1): seals of the ledger are verified with it as long as there are any.</summary>
    public byte[]? PublicKey { get; set; }

    /// <summary>Published from here on.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Signs from here on, until the next of its algorithm does.</summary>
    public DateTime SignsFrom { get; set; }

    /// <summary>Withdrawn because somebody else may have it: whatever it signed is refused. Written by the cascade alone.</summary>
    public DateTime? WithdrawnAt { get; private set; }

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
