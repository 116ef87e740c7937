using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>What is owed to somebody because of a revocation: a logout token to a relying party, or a mail to a user.</summary>
public sealed class Delivery
{
    public required Guid Id { get; init; }

    /// <summary>The line in the ledger that owes it.</summary>
    public required Guid RevocationId { get; init; }

    public required DeliveryKind Kind { get; init; }

    /// <summary>The client to tell; null for a mail.</summary>
    public Guid? ClientId { get; init; }

    public required Guid UserId { get; init; }

    /// <summary>The session that ended; null where no session carried it.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>When it was owed, or sent again by hand: so long it is tried.</summary>
    public required DateTime CreatedAt { get; init; }

    public DeliveryState State { get; set; }

    /// <summary>How often sending it was begun.</summary>
    public int Attempts { get; set; }

    /// <summary>Not before this. Null when it is done with.</summary>
    public DateTime? NextAttemptAt { get; set; }

    /// <summary>Who sends it has it until then; a process that died gives it back by time.</summary>
    public DateTime? LeasedUntil { get; set; }

    public DateTime? AcknowledgedAt { get; set; }

    /// <summary>What went wrong the last time; never a token or an address of a person.</summary>
    public string? LastError { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Delivery>
    {
        public void Configure(EntityTypeBuilder<Delivery> builder)
        {
            builder.ToTable("Deliveries");
            builder.HasIndex(d => d.NextAttemptAt).HasFilter("\"State\" = 'pending'");
            builder.HasIndex(d => new { d.ClientId, d.State, d.CreatedAt });
            builder.HasIndex(d => new { d.State, d.CreatedAt });
            builder.HasIndex(d => d.RevocationId);
            builder.Property(d => d.LastError).HasMaxLength(300);
        }
    }
}

/// <summary>How somebody is told.</summary>
public enum DeliveryKind
{
    /// <summary>A logout token (OpenID Connect Back-Channel Logout 1.0).</summary>
    BackChannelLogout,

    /// <summary>A mail to the user.</summary>
    Mail,
}

/// <summary>What became of a delivery.</summary>
public enum DeliveryState
{
    /// <summary>Still to be sent, or to be sent again.</summary>
    Pending,

    /// <summary>The receiver has taken it.</summary>
    Acknowledged,

    /// <summary>Given up; it can be sent again by hand.</summary>
    Failed,
}
