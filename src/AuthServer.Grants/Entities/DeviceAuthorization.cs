using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>A device that waits for a user to allow it elsewhere (RFC 8628).</summary>
public sealed class DeviceAuthorization
{
    /// <summary>The device code is a sealed reference to it.</summary>
    public required Guid Id { get; init; }

    /// <summary>The client's row.</summary>
    public required Guid ClientId { get; init; }

    /// <summary>SHA-256 of the user code, in its plain form.</summary>
    public required byte[] UserCodeHash { get; init; }

    /// <summary>Space-delimited: what was asked for.</summary>
    public required string Scope { get; init; }

    /// <summary>Space-delimited (RFC 8707).</summary>
    public string Resources { get; init; } = "";

    public required DateTime CreatedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    /// <summary>Seconds the device must wait between two polls; grows with every <c>slow_down</c> (RFC 8628 §3.5).</summary>
    public required int Interval { get; set; }

    public DateTime? LastPolledAt { get; set; }

    public DeviceStatus Status { get; set; }

    /// <summary>Opened when the user allowed it; null before.</summary>
    public Guid? FamilyId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<DeviceAuthorization>
    {
        public void Configure(EntityTypeBuilder<DeviceAuthorization> builder)
        {
            builder.ToTable("DeviceAuthorizations");
            builder.HasIndex(d => d.UserCodeHash).IsUnique();
            builder.HasIndex(d => d.ExpiresAt);
        }
    }
}
