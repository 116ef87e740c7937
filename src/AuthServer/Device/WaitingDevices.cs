using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Device;

/// <summary>Finds the device behind what a person typed, or behind a page that they came from.</summary>
internal sealed class WaitingDevices(AuthServerDbContext db, FailureLimiter failures, TimeProvider time)
{
    /// <summary>Finds by user code. What is wrong is counted for the user and for the address, so that codes cannot be tried out (RFC 8628 §5.1).</summary>
    /// <returns>The device, or null; and whether there were too many wrong codes, so that this one was not looked at.</returns>
    public async Task<(WaitingDevice? Device, bool Refused)> FindAsync(UserCode code, Guid userId, string address, CancellationToken cancellationToken)
    {
        // Counted before it is known to be wrong: many at once get no more guesses.
        string[] keys = [$"{userId}", address];
        var counted = keys.Where(key => failures.Count(FailureKind.DeviceCode, key)).ToList();
        var refused = counted.Count < keys.Length;
        var hash = code.Hash;
        var found = refused ? null : await FirstAsync(Waiting().Where(d => d.UserCodeHash == hash), cancellationToken);
        if (refused || found is not null)
        {
            counted.ForEach(key => failures.Forgive(FailureKind.DeviceCode, key));
        }

        return (found, refused);
    }

    /// <summary>Finds again what was found before; null where it has been decided or has expired meanwhile.</summary>
    public Task<WaitingDevice?> FindAsync(Guid id, CancellationToken cancellationToken) => FirstAsync(Waiting().Where(d => d.Id == id), cancellationToken);

    private IQueryable<DeviceAuthorization> Waiting()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return db.DeviceAuthorizations.AsNoTracking().Where(d => d.Status == DeviceStatus.Pending && d.ExpiresAt > now);
    }

    private Task<WaitingDevice?> FirstAsync(IQueryable<DeviceAuthorization> waiting, CancellationToken cancellationToken) => (
            from device in waiting
            join client in db.Clients.AsNoTracking().Where(c => !c.Disabled) on device.ClientId equals client.Id
            select new WaitingDevice(device, client))
        .FirstOrDefaultAsync(cancellationToken);
}
