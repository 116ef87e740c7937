using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>
/// A mail that somebody asked for, until it is sent. It holds no link: that is made when it is sent. Whether anybody has the address is asked
/// only then, too: who asks for a mail waits equally long for either.
/// </summary>
public sealed class OwedMail
{
    public required Guid Id { get; init; }

    public required OwedMailKind Kind { get; init; }

    /// <summary>Whom it concerns; null where only the address is known.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Where it goes.</summary>
    public required string Address { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Not before this.</summary>
    public required DateTime NextAttemptAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>Who sends it has it until then; a process that died gives it back by time.</summary>
    public DateTime? LeasedUntil { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<OwedMail>
    {
        public void Configure(EntityTypeBuilder<OwedMail> builder)
        {
            builder.ToTable("OwedMails");
            builder.HasIndex(m => m.NextAttemptAt);
            builder.Property(m => m.Address).HasMaxLength(256);
        }
    }
}
