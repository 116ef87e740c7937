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
        // Every index begins with the state, so that what is asked for without one is read for each, and put together here.
        var found = new List<Delivery>();
        foreach (var state in State is { } one ? [one] : Enum.GetValues<DeliveryState>())
        {
            found.AddRange(await Of(db, state, cursor).Take(size + 1).ToListAsync(cancellationToken));
        }

        found = [.. found.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(size + 1)];
        return found.Count > size ? (found[..size], new Cursor(found[size - 1].CreatedAt, found[size - 1].Id)) : (found, null);
    }

    private IQueryable<Delivery> Of(AuthServerDbContext db, DeliveryState state, Cursor? cursor)
    {
        var rows = db.Deliveries.AsNoTracking().Where(d => d.State == state);
        rows = Client is { } client ? rows.Where(d => d.ClientId == client) : rows;
        if (cursor is var (at, id))
        {
            rows = rows.Where(d => d.CreatedAt <= at && (d.CreatedAt < at || d.Id < id));
        }

        return rows.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id);
    }
}
