using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>Many withdrawals that an operator asked for at once, and how far they have come. Each is a line of its own in the ledger.</summary>
public sealed class BulkWithdrawal
{
    /// <summary>The correlation id of its lines in the ledger, too.</summary>
    public required Guid Id { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required Guid OperatorId { get; init; }

    public string? Address { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What is withdrawn, in order: <c>session:…</c>, <c>grant:…</c> or <c>family:…</c>.</summary>
    public IList<string> Targets { get; init; } = [];

    /// <summary>How many there are.</summary>
    public required int Total { get; init; }

    /// <summary>How many have been gone through.</summary>
    public int Done { get; set; }

    /// <summary>How many of them were still there to withdraw.</summary>
    public int Withdrawn { get; set; }

    /// <summary>Null while it goes on.</summary>
    public DateTime? FinishedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<BulkWithdrawal>
    {
        public void Configure(EntityTypeBuilder<BulkWithdrawal> builder)
        {
            builder.ToTable("BulkWithdrawals");
            builder.HasIndex(b => b.CreatedAt).HasFilter("\"FinishedAt\" IS NULL");
            builder.Property(b => b.Reason).HasMaxLength(500);
            builder.Property(b => b.Address).HasMaxLength(64);
        }
    }
}
