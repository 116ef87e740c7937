using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>The way of a device authorization (RFC 8628): asked for by a device, polled by it, decided once by a user.</summary>
public sealed class DeviceAuthorizations(Writes writes, TimeProvider time)
{
    /// <summary>Seconds between two polls to begin with (RFC 8628 §3.2), and what every hasty poll adds to them (§3.5).</summary>
    public const int Interval = 5;

    /// <summary>No interval grows beyond it, so that a device that never slows down soon writes nothing any more. Seconds.</summary>
    public const int LongestInterval = 60;

    /// <summary>Writes a new one down. False where another one that is still there has its user code.</summary>
    public Task<bool> OpenAsync(DeviceAuthorization opened, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            if (await db.DeviceAuthorizations.AnyAsync(d => d.UserCodeHash == opened.UserCodeHash, token))
            {
                return false;
            }

            db.DeviceAuthorizations.Add(opened);
            await db.SaveChangesAsync(token);
            return true;
        },
        cancellationToken);

    /// <summary>Writes down that the device asked while nobody had decided. False: it came too soon, and its interval is longer from now on.</summary>
    /// <param name="read">As the poll found it.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<bool> PollAsync(DeviceAuthorization read, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var due = now - TimeSpan.FromSeconds(read.Interval);
        var early = read.LastPolledAt > due;
        if (early && read.Interval >= LongestInterval)
        {
            return false;
        }

        return await writes.RunAsync(
            async (db, token) =>
            {
                // The condition is asked again: another poll may have been faster, on another node.
                var inTime = early ? 0 : await Undecided(db, read.Id, now).Where(d => d.LastPolledAt == null || d.LastPolledAt <= due)
                    .ExecuteUpdateAsync(set => set.SetProperty(d => d.LastPolledAt, now), token);
                if (inTime == 0)
                {
                    await Undecided(db, read.Id, now).Where(d => d.Interval < LongestInterval)
                        .ExecuteUpdateAsync(set => set.SetProperty(d => d.Interval, d => d.Interval + Interval), token);
                }

                return inTime == 1;
            },
            cancellationToken);
    }

    /// <summary>
    /// Allows it: the grant is given or grows, and a family is opened that waits for the device as long as the device code lives. No session
    /// carries it, but it takes the user's epoch from the session that allowed it, so a session that is ending allows nothing that outlives it.
    /// </summary>
    /// <returns>
    /// What holds now, whoever decided; <see cref="DeviceStatus.Pending"/> where the session has ended, so that nothing was decided; null where
    /// there is nothing to decide any more.
    /// </returns>
    public Task<DeviceStatus?> ApproveAsync(Guid id, Guid sid, CancellationToken cancellationToken)
    {
        var stamp = FamilyRotation.NewStamp();
        return writes.RunAsync(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                await ParentLocks.ShareSessionAsync(db, sid, token);
                var session = await db.AliveSessions(now.UtcDateTime).AsNoTracking().FirstOrDefaultAsync(s => s.Id == sid, token);
                if (session is null)
                {
                    return DeviceStatus.Pending;
                }

                var familyId = Guid.CreateVersion7(now);
                var device = await db.DeviceAuthorizations.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, token);
                var client = device is null ? null : await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == device.ClientId, token);

                // At the epoch that the family is made under: a client that is disabled meanwhile, and enabled again, does not find it.
                var won = device is null || client is null ? 0 : await Undecided(db, id, now.UtcDateTime)
                    .Where(d => db.Clients.Any(c => c.Id == d.ClientId && !c.Disabled && c.Epoch == client.Epoch)).ExecuteUpdateAsync(
                    set => set.SetProperty(d => d.Status, DeviceStatus.Approved).SetProperty(d => d.FamilyId, familyId), token);
                if (won == 0 || device is null || client is null)
                {
                    return await DecidedAsync(db, id, session.UserId, token);
                }

                var grant = await FamilyOpening.AllowAsync(db, session.UserId, client.Id, device.Scope, now, token);
                db.TokenFamilies.Add(new TokenFamily
                {
                    Id = familyId,
                    GrantId = grant.Id,
                    UserId = session.UserId,
                    ClientId = client.Id,
                    SessionId = null,
                    Scope = device.Scope,
                    Resources = device.Resources,
                    AuthTime = session.AuthTime,
                    Amr = session.Amr,
                    Offline = true,
                    CreatedAt = now.UtcDateTime,
                    IdleExpiresAt = device.ExpiresAt,
                    ExpiresAt = device.ExpiresAt,
                    Stamp = stamp,
                    InstallationEpoch = await db.Installation.Select(i => i.Epoch).SingleAsync(token),
                    UserEpoch = session.UserEpoch,
                    ClientEpoch = client.Epoch,
                });
                await db.SaveChangesAsync(token);
                return DeviceStatus.Approved;
            },
            cancellationToken);
    }

    /// <summary>Says no.</summary>
    /// <returns>What holds now, whoever decided; null where there is nothing to decide any more.</returns>
    public Task<DeviceStatus?> DenyAsync(Guid id, Guid userId, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
            await Undecided(db, id, time.GetUtcNow().UtcDateTime).ExecuteUpdateAsync(set => set.SetProperty(d => d.Status, DeviceStatus.Denied), token) == 1
                ? DeviceStatus.Denied
                : await DecidedAsync(db, id, userId, token),
        cancellationToken);

    private static IQueryable<DeviceAuthorization> Undecided(AuthServerDbContext db, Guid id, DateTime now) =>
        db.DeviceAuthorizations.Where(d => d.Id == id && d.Status == DeviceStatus.Pending && d.ExpiresAt > now);

    // Whose device it became is nobody else's business.
    private static async Task<DeviceStatus?> DecidedAsync(AuthServerDbContext db, Guid id, Guid userId, CancellationToken cancellationToken) =>
        await db.DeviceAuthorizations.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken) switch
        {
            { Status: DeviceStatus.Denied } => DeviceStatus.Denied,
            { Status: DeviceStatus.Approved, FamilyId: { } familyId }
                when await db.TokenFamilies.AnyAsync(f => f.Id == familyId && f.UserId == userId, cancellationToken) => DeviceStatus.Approved,
            _ => null,
        };
}
