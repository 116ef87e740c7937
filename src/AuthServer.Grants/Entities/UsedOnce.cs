using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>
/// The <c>jti</c> of a client assertion (RFC 7523 §3) or of a DPoP proof (RFC 9449 §11.1), a code of an authenticator app (RFC 6238 §5.2), or the way back from a
/// sign-in, kept until it would be refused by its age.
/// </summary>
public sealed class UsedOnce
{
    /// <summary>SHA-256 over what it is, who sent it, and its <c>jti</c>: senders choose the length of theirs.</summary>
    public required byte[] Digest { get; init; }

    public required DateTime ExpiresAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<UsedOnce>
    {
        public void Configure(EntityTypeBuilder<UsedOnce> builder)
        {
            builder.ToTable("UsedOnce");
            builder.HasKey(u => u.Digest);
            builder.HasIndex(u => u.ExpiresAt);
        }
    }
}
