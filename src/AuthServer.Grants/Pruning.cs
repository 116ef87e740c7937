using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// Deletes what is dead and past its retention, in bounded batches. Families, sessions and grants are walked in the order of their keys, some
/// thousands a run: an index on their ends would have to be maintained by every refresh, to find by it what nobody waits for.
/// </summary>
public sealed class Pruning(IDbContextFactory<AuthServerDbContext> contexts, Writes writes, TimeProvider time)
{
    /// <summary>Rows looked at, or deleted, in one statement.</summary>
    public const int Batch = 500;

    /// <summary>Batches of one table in one run; the next run goes on from there.</summary>
    public const int BatchesPerRun = 40;

    // Clocks of nodes need not agree to the second about when an access token ends.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    // No chart goes further back.
    private static readonly TimeSpan Charted = TimeSpan.FromDays(30);

    private Guid _families;
    private Guid _sessions;
    private Guid _grants;

    /// <summary>Does its share. Nodes may do it at once.</summary>
    /// <returns>How many rows this call deleted.</returns>
    public async Task<int> RunAsync(PruningTimes times, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (ended, owed) = (now - times.Ended, now - times.Deliveries);
        return await WalkFamiliesAsync(now, ended, cancellationToken)
            + await WalkSessionsAsync(ended, cancellationToken)
            + await WalkGrantsAsync(ended, cancellationToken)
            + await DeleteAsync(
                db => db.RevokedAccessTokens.Where(t => t.ExpiresAt <= now - Margin).OrderBy(t => t.ExpiresAt).Take(Batch), cancellationToken)
            + await DeleteAsync(
                db => db.DeviceAuthorizations.Where(d => d.ExpiresAt <= now - Margin).OrderBy(d => d.ExpiresAt).Take(Batch), cancellationToken)
            + await DeleteAsync(db => db.UsedOnce.Where(u => u.ExpiresAt <= now - Margin).OrderBy(u => u.ExpiresAt).Take(Batch), cancellationToken)
            + await DeleteAsync(db => db.PushedRequests.Where(r => r.ExpiresAt <= now - Margin).OrderBy(r => r.ExpiresAt).Take(Batch), cancellationToken)
            + await DeleteAsync(db => db.SecurityEvents.Where(e => e.LastAt <= now - times.Events).OrderBy(e => e.LastAt).Take(Batch), cancellationToken)
            + await DeleteAsync(db => Settled(db, DeliveryState.Acknowledged, owed), cancellationToken)
            + await DeleteAsync(db => Settled(db, DeliveryState.Failed, owed), cancellationToken)
            + await DeleteAsync(
                db => db.BulkWithdrawals.Where(b => b.FinishedAt <= owed).OrderBy(b => b.Id).Take(Batch), cancellationToken)
            + await DeleteAsync(db => db.Tallies.Where(t => t.Hour <= now - Charted).OrderBy(t => t.Hour).Take(Batch), cancellationToken);
    }

    private static IQueryable<Delivery> Settled(AuthServerDbContext db, DeliveryState state, DateTime before) =>
        db.Deliveries.Where(d => d.State == state && d.CreatedAt <= before).OrderBy(d => d.CreatedAt).Take(Batch);

    // Not before its session is past its retention too: whoever has a family in a session, dead or alive, is told when the session ends.
    private static IQueryable<TokenFamily> DeadFamilies(AuthServerDbContext db, Guid from, Guid to, DateTime before) => db.TokenFamilies.Where(f =>
        f.Id > from && f.Id <= to
        && ((f.Status != Status.Valid && f.EndedAt <= before
                && !db.LoginSessions.Any(s => s.Id == f.SessionId && (s.Status == Status.Valid || s.EndedAt > before)))
            || ((!db.Users.Any(u => u.Id == f.UserId) || !db.Clients.Any(c => c.Id == f.ClientId))
                && !db.Sweeps.Any(w => db.Revocations.Any(r => r.Id == w.RevocationId && (r.TargetId == f.UserId || r.TargetId == f.ClientId))))));

    private static IQueryable<TokenFamily> OverdueFamilies(AuthServerDbContext db, Guid from, Guid to, DateTime now) => db.TokenFamilies.Where(f =>
        f.Id > from && f.Id <= to && f.Status == Status.Valid && (f.ExpiresAt <= now || f.IdleExpiresAt <= now));

    // A family that outlives its session asks it how it ended: the row stays as long as the family does.
    private static IQueryable<LoginSession> DeadSessions(AuthServerDbContext db, Guid from, Guid to, DateTime before) => db.LoginSessions.Where(s =>
        s.Id > from && s.Id <= to
        && ((s.Status != Status.Valid && s.EndedAt <= before) || !db.Users.Any(u => u.Id == s.UserId))
        && !db.TokenFamilies.Any(f => f.SessionId == s.Id)
        && !db.Sweeps.Any(w => db.Revocations.Any(r => r.Id == w.RevocationId && r.TargetId == s.UserId)));

    private static IQueryable<Grant> DeadGrants(AuthServerDbContext db, Guid from, Guid to, DateTime before) => db.Grants.Where(g =>
        g.Id > from && g.Id <= to
        && ((g.Status != Status.Valid && g.EndedAt <= before)
            || !db.Users.Any(u => u.Id == g.UserId)
            || !db.Clients.Any(c => c.Id == g.ClientId))
        && !db.TokenFamilies.Any(f => f.GrantId == g.Id)
        && !db.Sweeps.Any(w => db.Revocations.Any(r => r.Id == w.RevocationId && (r.TargetId == g.UserId || r.TargetId == g.ClientId))));

    private async Task<int> WalkFamiliesAsync(DateTime now, DateTime before, CancellationToken cancellationToken)
    {
        var deleted = 0;
        for (var batch = 0; batch < BatchesPerRun; batch++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var from = _families;
            var keys = await db.TokenFamilies.Where(f => f.Id > from).OrderBy(f => f.Id).Select(f => f.Id).Take(Batch).ToListAsync(cancellationToken);
            if (keys.Count > 0)
            {
                var to = keys[^1];
                if (await OverdueFamilies(db, from, to, now).AnyAsync(cancellationToken))
                {
                    await writes.RunAsync(
                        (unit, token) => OverdueFamilies(unit, from, to, now).ExecuteUpdateAsync(
                            set => set.SetProperty(f => f.Status, Status.Expired).SetProperty(f => f.EndedAt, now), token),
                        cancellationToken);
                }

                deleted += await DeleteOnceAsync(unit => DeadFamilies(unit, from, to, before), db, cancellationToken);
            }

            if (!Next(keys, ref _families))
            {
                break;
            }
        }

        return deleted;
    }

    private async Task<int> WalkSessionsAsync(DateTime before, CancellationToken cancellationToken)
    {
        var deleted = 0;
        for (var batch = 0; batch < BatchesPerRun; batch++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var from = _sessions;
            var keys = await db.LoginSessions.Where(s => s.Id > from).OrderBy(s => s.Id).Select(s => s.Id).Take(Batch).ToListAsync(cancellationToken);
            if (keys.Count > 0)
            {
                deleted += await DeleteOnceAsync(unit => DeadSessions(unit, from, keys[^1], before), db, cancellationToken);
            }

            if (!Next(keys, ref _sessions))
            {
                break;
            }
        }

        return deleted;
    }

    private async Task<int> WalkGrantsAsync(DateTime before, CancellationToken cancellationToken)
    {
        var deleted = 0;
        for (var batch = 0; batch < BatchesPerRun; batch++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var from = _grants;
            var keys = await db.Grants.Where(g => g.Id > from).OrderBy(g => g.Id).Select(g => g.Id).Take(Batch).ToListAsync(cancellationToken);
            if (keys.Count > 0)
            {
                deleted += await DeleteOnceAsync(unit => DeadGrants(unit, from, keys[^1], before), db, cancellationToken);
            }

            if (!Next(keys, ref _grants))
            {
                break;
            }
        }

        return deleted;
    }

    /// <summary>Moves a walk behind what it has seen; false where it has come to the end, and begins anew in the next run.</summary>
    private static bool Next(List<Guid> keys, ref Guid walk)
    {
        walk = keys.Count < Batch ? Guid.Empty : keys[^1];
        return keys.Count == Batch;
    }

    private async Task<int> DeleteAsync<T>(Func<AuthServerDbContext, IQueryable<T>> dead, CancellationToken cancellationToken)
        where T : class
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (deleted, last) = (0, Batch);
        for (var batch = 0; batch < BatchesPerRun && last == Batch; batch++)
        {
            last = await DeleteOnceAsync(dead, db, cancellationToken);
            deleted += last;
        }

        return deleted;
    }

    // Asked outside the door first: mostly there is nothing.
    private async Task<int> DeleteOnceAsync<T>(
        Func<AuthServerDbContext, IQueryable<T>> dead, AuthServerDbContext db, CancellationToken cancellationToken)
        where T : class =>
        await dead(db).AnyAsync(cancellationToken)
            ? await writes.RunAsync((unit, token) => dead(unit).ExecuteDeleteAsync(token), cancellationToken)
            : 0;
}
