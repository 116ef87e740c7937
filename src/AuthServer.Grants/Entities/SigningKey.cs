using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>A key that signs tokens. Its private part is sealed by Data Protection: the database alone forges nothing.</summary>
public sealed class SigningKey
{
    /// <summary>Of the table <c>k</c>, in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns = """
        k."Kid", k."Alg", k."SealedKey", k."PublicKey", k."CreatedAt", k."SignsFrom", k."WithdrawnAt"
        """;

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

    /// <summary>As <see cref="PlainReader"/> reads it, below EF.</summary>
    /// <param name="row">It has <see cref="Columns"/>.</param>
    /// <param name="first">Where the first of them is.</param>
    public static SigningKey Read(DbDataReader row, int first) => new()
    {
        Kid = row.GetString(first),
        Alg = row.GetString(first + 1),
        SealedKey = row.IsDBNull(first + 2) ? null : row.GetFieldValue<byte[]>(first + 2),
        PublicKey = row.IsDBNull(first + 3) ? null : row.GetFieldValue<byte[]>(first + 3),
        CreatedAt = DateTime.SpecifyKind(row.GetDateTime(first + 4), DateTimeKind.Utc),
        SignsFrom = DateTime.SpecifyKind(row.GetDateTime(first + 5), DateTimeKind.Utc),
        WithdrawnAt = row.IsDBNull(first + 6) ? null : DateTime.SpecifyKind(row.GetDateTime(first + 6), DateTimeKind.Utc),
    };

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
