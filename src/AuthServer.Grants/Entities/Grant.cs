using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>What one user allows one client. Consent given again after it was withdrawn is a new row.</summary>
public sealed class Grant
{
    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    /// <summary>The client's row, not its <c>client_id</c>.</summary>
    public required Guid ClientId { get; init; }

    /// <summary>
    /// Space-delimited: what is allowed, now. A claim that was asked for by itself (OpenID Connect Core §5.5) stands in quotes, which no scope
    /// value has.
    /// </summary>
    public required string Scope { get; set; }

    /// <summary>Space-delimited: what the user was asked for and did not allow. It is not asked again unless the client says <c>prompt=consent</c>.</summary>
    public string Declined { get; set; } = "";

    public required DateTime FirstGivenAt { get; init; }

    public required DateTime LastGivenAt { get; set; }

    public Status Status { get; private set; }

    /// <summary>When its status stopped being valid; its row is pruned a while after.</summary>
    public DateTime? EndedAt { get; private set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Grant>
    {
        public void Configure(EntityTypeBuilder<Grant> builder)
        {
            builder.ToTable("Grants");
            builder.HasIndex(g => new { g.UserId, g.ClientId }).IsUnique().HasFilter("\"Status\" = 'valid'");
            builder.HasIndex(g => new { g.ClientId, g.Status, g.Id });
            builder.HasIndex(g => new { g.UserId, g.Status });
        }
    }
}
