using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>What happened at a user's door, for the user to read. What was withdrawn is in the ledger, and not written here again.</summary>
public sealed class SecurityEvent
{
    public const int MaxUserAgentLength = 512;

    /// <summary>A UUIDv7: the order of the rows is the order of what happened.</summary>
    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    public required SecurityEventKind Kind { get; init; }

    public required DateTime At { get; init; }

    /// <summary>When it happened last, where one row stands for several.</summary>
    public required DateTime LastAt { get; set; }

    /// <summary>How often: failed sign-ins of one hour from one address are one row.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Null where nobody knows, or where it came from more addresses than are kept.</summary>
    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The session it happened in, or that it began.</summary>
    public Guid? SessionId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<SecurityEvent>
    {
        public void Configure(EntityTypeBuilder<SecurityEvent> builder)
        {
            builder.ToTable("SecurityEvents");
            builder.HasIndex(e => new { e.UserId, e.Id });
            builder.HasIndex(e => e.LastAt);
            builder.Property(e => e.UserAgent).HasMaxLength(MaxUserAgentLength);
            builder.Property(e => e.Address).HasMaxLength(64);
        }
    }
}
