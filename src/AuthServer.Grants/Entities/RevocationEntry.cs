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

    /// <summary>Why, in the operator's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The scope that was taken, where that is all that fell.</summary>
    public string? Scope { get; init; }

    /// <summary>Sessions that fell: at most <see cref="RevocationReceipt.CountLimit"/> + 1, which reads "more than".</summary>
    public int Sessions { get; init; }

    /// <summary>Grants that fell, counted alike.</summary>
    public int Grants { get; init; }

    /// <summary>Families that fell, counted alike.</summary>
    public int Families { get; init; }

    /// <summary>The entry whose sweep this one reports, with the exact counts; null for a withdrawal.</summary>
    public Guid? Completes { get; init; }

    /// <summary>The seal that holds it; null until the sealer came by.</summary>
    public long? SealId { get; private set; }

    internal sealed class Mapping : IEntityTypeConfiguration<RevocationEntry>
    {
        public void Configure(EntityTypeBuilder<RevocationEntry> builder)
        {
            builder.ToTable("Revocations");
            builder.HasIndex(r => r.At);
            builder.HasIndex(r => r.CorrelationId);
            builder.HasIndex(r => new { r.ActorId, r.At });
            builder.HasIndex(r => r.TargetId);
            builder.HasIndex(r => new { r.UserId, r.At });
            builder.HasIndex(r => r.SealId);
            builder.HasIndex(r => new { r.ClientId, r.At });
            builder.HasIndex(r => new { r.Cause, r.At });
            builder.HasIndex(r => new { r.ClientId, r.Cause, r.At });

            // Of a client whole: every user who allowed it something reads these in their history.
            builder.HasIndex(r => new { r.ClientId, r.Id }).HasFilter("\"UserId\" IS NULL AND \"Jti\" IS NULL");
            builder.Property(r => r.Jti).HasMaxLength(100);
            builder.Property(r => r.Reason).HasMaxLength(500);
            builder.Property(r => r.Address).HasMaxLength(64);
            builder.Property(r => r.CorrelationId).HasMaxLength(100);
        }
    }
}
