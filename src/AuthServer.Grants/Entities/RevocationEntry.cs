using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>One line of the ledger: who withdrew what, when, why, and what fell. Append-only.</summary>
public sealed class RevocationEntry
{
    public required Guid Id { get; init; }

    public required DateTime At { get; init; }

    public required RevocationCause Cause { get; init; }

    public required RevocationTargetKind TargetKind { get; init; }

    /// <summary>The row that fell; for an access token withdrawn alone, its family or its client.</summary>
    public required Guid TargetId { get; init; }

    /// <summary>The access token withdrawn alone.</summary>
    public string? Jti { get; init; }

    public Guid? UserId { get; init; }

    public Guid? ClientId { get; init; }

    public required RevocationActorKind ActorKind { get; init; }

    /// <summary>The user or client that acted; null where the server did.</summary>
    public Guid? ActorId { get; init; }

    public string? Address { get; init; }

    /// <summary>The request's id in logs and traces.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Families that fell with the target: at most <see cref="RevocationReceipt.CountLimit"/> + 1, which reads "more than".</summary>
    public int Families { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<RevocationEntry>
    {
        public void Configure(EntityTypeBuilder<RevocationEntry> builder)
        {
            builder.ToTable("Revocations");
            builder.HasIndex(r => r.At);
            builder.HasIndex(r => r.TargetId);
            builder.HasIndex(r => new { r.UserId, r.At });
            builder.HasIndex(r => new { r.ClientId, r.At });
            builder.Property(r => r.Jti).HasMaxLength(100);
            builder.Property(r => r.Address).HasMaxLength(64);
            builder.Property(r => r.CorrelationId).HasMaxLength(100);
        }
    }
}
