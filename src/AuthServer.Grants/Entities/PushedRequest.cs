using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>An authorization request that its client has pushed (RFC 9126), until a browser brings its <c>request_uri</c>.</summary>
public sealed class PushedRequest
{
    /// <summary>SHA-256 of the random part of the <c>request_uri</c>: who reads the table cannot use it.</summary>
    public required byte[] ReferenceHash { get; init; }

    /// <summary>The client's row.</summary>
    public required Guid ClientId { get; init; }

    /// <summary>The parameters, a JSON object.</summary>
    public required string Parameters { get; init; }

    public required DateTime ExpiresAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PushedRequest>
    {
        public void Configure(EntityTypeBuilder<PushedRequest> builder)
        {
            builder.ToTable("PushedRequests");
            builder.HasKey(r => r.ReferenceHash);
            builder.HasIndex(r => r.ExpiresAt);
        }
    }
}
