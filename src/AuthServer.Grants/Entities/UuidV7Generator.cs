using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.ValueGeneration;

namespace AuthServer.Grants.Entities;

/// <summary>Gives a UUIDv7 (RFC 9562 §5.7) to rows that Identity adds without a key.</summary>
internal sealed class UuidV7Generator : ValueGenerator<Guid>
{
    public override bool GeneratesTemporaryValues => false;

    public override Guid Next(EntityEntry entry) => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
