using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>One sign-in of one user in one browser. Its id is the <c>sid</c> that clients see.</summary>
public sealed class LoginSession
{
    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    /// <summary>SHA-256 of the key in the browser's cookie: who knows the <c>sid</c> alone has nothing.</summary>
    public required byte[] KeyHash { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>When the user last proved who they are: the <c>auth_time</c> claim.</summary>
    public required DateTime AuthTime { get; set; }

    /// <summary>Last use, written at most once a minute.</summary>
    public required DateTime LastSeenAt { get; set; }

    /// <summary>Ends here unless it is used before.</summary>
    public required DateTime IdleExpiresAt { get; set; }

    /// <summary>Ends here whatever happens.</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>"Keep me signed in": the cookie outlives the browser.</summary>
    public bool Persistent { get; init; }

    public string? Address { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>How the user proved it (RFC 8176), space-delimited.</summary>
    public required string Amr { get; set; }

    /// <summary>The user's epoch at sign-in. Families take theirs from here.</summary>
    public required int UserEpoch { get; set; }

    public Status Status { get; private set; }

    /// <summary>When its status stopped being valid; its row is pruned a while after.</summary>
    public DateTime? EndedAt { get; private set; }

    internal sealed class Mapping : IEntityTypeConfiguration<LoginSession>
    {
        public void Configure(EntityTypeBuilder<LoginSession> builder)
        {
            builder.ToTable("LoginSessions");
            builder.HasIndex(s => new { s.UserId, s.Status });
            builder.HasIndex(s => new { s.LastSeenAt, s.Id }).HasFilter("\"Status\" = 'valid'");
            builder.HasIndex(s => s.IdleExpiresAt).HasFilter("\"Status\" = 'valid'");
            builder.HasIndex(s => s.ExpiresAt).HasFilter("\"Status\" = 'valid'");
            builder.Property(s => s.UserAgent).HasMaxLength(512);
            builder.Property(s => s.Address).HasMaxLength(64);
        }
    }
}
