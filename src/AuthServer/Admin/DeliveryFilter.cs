using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Which deliveries are asked for; null: whichever.</summary>
internal sealed record DeliveryFilter(DeliveryState? State, Guid? Client)
{
    /// <summary>The newest first, after <paramref name="cursor"/>, and where it goes on; null: that is all.</summary>
    public async Task<(IReadOnlyList<Delivery> Rows, Cursor? Next)> PageAsync(
        AuthServerDbContext db, Cursor? cursor, int size, CancellationToken cancellationToken)
    {
        var rows = db.Deliveries.AsNoTracking();
        rows = State is { } state ? rows.Where(d => d.State == state) : rows;
        rows = Client is { } client ? rows.Where(d => d.ClientId == client) : rows;
        if (cursor is var (at, id))
        {
            rows = rows.Where(d => d.CreatedAt < at || (d.CreatedAt == at && d.Id < id));
        }

        var found = await rows.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(size + 1).ToListAsync(cancellationToken);
        return found.Count > size ? (found[..size], new Cursor(found[size - 1].CreatedAt, found[size - 1].Id)) : (found, null);
    }
}
