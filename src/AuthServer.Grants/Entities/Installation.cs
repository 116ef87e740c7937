using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>The one row that tells this database from a copy of it: whatever was issued under another epoch is dead.</summary>
public sealed class Installation
{
    /// <summary>Always 1.</summary>
    public int Id { get; init; } = 1;

    /// <summary>A random number, replaced when a backup is put back.</summary>
    public long Epoch { get; set; }

    /// <summary>
    /// Stepped in the transaction of every change of the signing keys. Every reading of Liveness carries it, so a node that remembers the keys
    /// learns at its next request that it remembers others.
    /// </summary>
    public long KeysVersion { get; set; }

    /// <summary>
    /// Stepped by triggers with every change of a client or scope, whoever makes it. Carried likewise, so that what a node remembers of them
    /// (<see cref="Registry"/>) is what the database has.
    /// </summary>
    public long RegistryVersion { get; private set; }

    /// <summary>SHA-256 of what opens the first administrator's page, while there is none: the newest link counts, and each once.</summary>
    public byte[]? FirstAdministratorHash { get; set; }

    /// <summary>From here on that link opens nothing.</summary>
    public DateTime? FirstAdministratorUntil { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Installation>
    {
        public void Configure(EntityTypeBuilder<Installation> builder)
        {
            builder.ToTable("Installation");
            builder.Property(i => i.Id).ValueGeneratedNever();
        }
    }
}
