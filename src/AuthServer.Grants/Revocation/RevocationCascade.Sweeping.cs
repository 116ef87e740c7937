using System.Diagnostics;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <content>
/// Brings the children's own status up to date behind a withdrawal, in bounded batches: they are dead already, by their parent. When the last is
/// done, a second line in the ledger carries the exact counts.
/// </content>
public sealed partial class RevocationCascade
{
    /// <summary>Rows of one kind brought up to date in one transaction. Others' writes come in between.</summary>
    public const int SweepBatch = 500;

    /// <summary>Does one batch of the oldest sweep. False: nothing is left to sweep.</summary>
    public Task<bool> SweepAsync(CancellationToken cancellationToken) => writes.RunAsync(SweepAsync, cancellationToken);

    private async Task<bool> SweepAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        // Two nodes take turns at it: each holds the row until its batch is committed.
        var id = await db.Sweeps.OrderBy(s => s.CreatedAt).ThenBy(s => s.RevocationId).Select(s => (Guid?)s.RevocationId)
            .FirstOrDefaultAsync(cancellationToken);
        if (id is null)
        {
            return false;
        }

        await ParentLocks.HoldSweepAsync(db, id.Value, cancellationToken);
        var sweep = await db.Sweeps.AsTracking().FirstOrDefaultAsync(s => s.RevocationId == id, cancellationToken);
        if (sweep is not null)
        {
            var entry = await db.Revocations.AsNoTracking().SingleAsync(r => r.Id == id, cancellationToken);
            await SweepAsync(db, sweep, entry, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
        }

        return true;
    }

    private async Task SweepAsync(AuthServerDbContext db, Sweep sweep, RevocationEntry entry, CancellationToken cancellationToken)
    {
        var reach = RevocationReach.Of(db, TargetOf(entry), sweep.Epoch);
        var becomes = entry.Cause == RevocationCause.SessionExpired ? Status.Expired : Status.Revoked;
        var at = entry.At;

        // The same rows that the preview counted: what time had ended before is left to time. A batch is in the order of its index, which the one
        // status keeps (sorting by key would read every child for every batch); the outer condition asks again after waiting for a child that
        // somebody withdraws by itself.
        var (left, batch) = (reach.Left(at), SweepBatch);
        var sessions = left.Sessions is null ? 0 : await db.LoginSessions
            .Where(s => s.Status == Status.Valid && left.Sessions.OrderBy(one => one.Status).Take(batch).Select(one => one.Id).Contains(s.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Status, becomes).SetProperty(s => s.EndedAt, at), cancellationToken);
        var grants = left.Grants is null ? 0 : await db.Grants
            .Where(g => g.Status == Status.Valid && left.Grants.OrderBy(one => one.Status).Take(batch).Select(one => one.Id).Contains(g.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(g => g.Status, becomes).SetProperty(g => g.EndedAt, at), cancellationToken);
        var families = left.Families is null ? 0 : await db.TokenFamilies
            .Where(f => f.Status == Status.Valid && left.Families.OrderBy(one => one.Status).Take(batch).Select(one => one.Id).Contains(f.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.Status, becomes).SetProperty(f => f.EndedAt, at), cancellationToken);

        sweep.Sessions += sessions;
        sweep.Grants += grants;
        sweep.Families += families;
        if (Math.Max(sessions, Math.Max(grants, families)) < SweepBatch && !await left.AnyAsync(cancellationToken))
        {
            db.Sweeps.Remove(sweep);
            db.Revocations.Add(Completed(sweep, entry, time.GetUtcNow()));
        }
    }

    private static RevocationEntry Completed(Sweep sweep, RevocationEntry entry, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        At = now.UtcDateTime,
        Cause = entry.Cause,
        TargetKind = entry.TargetKind,
        TargetId = entry.TargetId,
        UserId = entry.UserId,
        ClientId = entry.ClientId,
        ActorKind = RevocationActorKind.Server,
        CorrelationId = entry.CorrelationId,
        Completes = entry.Id,
        Sessions = sweep.Sessions,
        Grants = sweep.Grants,
        Families = sweep.Families,
    };

    private static RevocationTarget TargetOf(RevocationEntry entry) => (entry.TargetKind, entry.Cause) switch
    {
        (RevocationTargetKind.Session, RevocationCause.SessionExpired) => new RevocationTarget.OverdueSession(entry.TargetId),
        (RevocationTargetKind.Session, _) => new RevocationTarget.Session(entry.TargetId),
        (RevocationTargetKind.Grant, _) => new RevocationTarget.Grant(entry.TargetId),
        (RevocationTargetKind.User, RevocationCause.UserDeleted) => new RevocationTarget.DeletedUser(entry.TargetId),
        (RevocationTargetKind.User, _) => new RevocationTarget.User(entry.TargetId),
        (RevocationTargetKind.Client, RevocationCause.ClientDeleted) => new RevocationTarget.DeletedClient(entry.TargetId),
        (RevocationTargetKind.Client, _) => new RevocationTarget.ClientTokens(entry.TargetId),
        _ => throw new UnreachableException(),
    };
}
