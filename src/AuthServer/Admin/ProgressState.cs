using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>How far something that goes on behind the requests has come.</summary>
internal sealed record ProgressState(int Done, int Total, bool Finished)
{
    /// <summary>Of the sweep behind a withdrawal: it is dead already, this tidies the lists. Finished where there is none any more.</summary>
    public static async Task<ProgressState> OfSweepAsync(AuthServerDbContext db, Guid revocationId, CancellationToken cancellationToken)
    {
        var found = await (
            from r in db.Revocations.AsNoTracking()
            where r.Id == revocationId
            from s in db.Sweeps.Where(s => s.RevocationId == r.Id).DefaultIfEmpty()
            select new { Total = r.Sessions + r.Grants + r.Families, Done = (int?)(s!.Sessions + s.Grants + s.Families) })
            .FirstOrDefaultAsync(cancellationToken);
        return found?.Done is { } done ? new(done, Math.Max(found.Total, done), Finished: false) : new(found?.Total ?? 0, found?.Total ?? 0, Finished: true);
    }

    public static async Task<ProgressState> OfBulkAsync(AuthServerDbContext db, Guid id, CancellationToken cancellationToken) =>
        await db.BulkWithdrawals.Where(b => b.Id == id).Select(b => new ProgressState(b.Done, b.Total, b.FinishedAt != null))
            .FirstOrDefaultAsync(cancellationToken) ?? new(0, 0, Finished: true);
}
