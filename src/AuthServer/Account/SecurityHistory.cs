using System.Diagnostics;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Account;

/// <summary>
/// What happened to one user: events, and what was withdrawn, the newest first. Both tables are read by their ids, which are in the order of time
/// (RFC 9562 §5.7), from a place on: never more than a page of either.
/// </summary>
internal sealed class SecurityHistory(AuthServerDbContext db)
{
    private static readonly SecurityEventKind[] Failures = [SecurityEventKind.SignInFailed, SecurityEventKind.SignInPaused];

    private static readonly RevocationCause[] Changes =
        [RevocationCause.PasswordChanged, RevocationCause.PasswordReset, RevocationCause.SecondFactorReset];

    /// <param name="userId">Whose.</param>
    /// <param name="kind">What of it.</param>
    /// <param name="before">The last row of the page before; null: from the newest on.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<HistoryRow>> ReadAsync(
        Guid userId, HistoryKind kind, Guid? before, int count, CancellationToken cancellationToken)
    {
        var from = before ?? Guid.AllBitsSet;
        var events = Events(userId, kind) is { } own
            ? await own.Where(e => e.Id < from).OrderByDescending(e => e.Id).Take(count).ToListAsync(cancellationToken)
            : [];
        var withdrawals = await WithdrawalsAsync(userId, kind, from, count, cancellationToken);
        var names = await NamesAsync(withdrawals, cancellationToken);
        return
        [
            .. events.Select(e => new HistoryRow(e.Id, e.LastAt, HistoryWords.Of(e.Kind), e.Count, e.Address, e.UserAgent, e.SessionId, Receipt: null))
                .Concat(withdrawals.Select(r => new HistoryRow(
                    r.Id,
                    r.At,
                    HistoryWords.Of(r.Cause, r.ActorKind, r.ClientId is { } client ? names.GetValueOrDefault(client) : null),
                    Times: 1,
                    r.ActorKind == RevocationActorKind.User && r.ActorId == userId ? r.Address : null,
                    UserAgent: null,
                    r.TargetKind == RevocationTargetKind.Session ? r.TargetId : null,
                    r.Id)))
                .DistinctBy(row => row.Id).OrderByDescending(row => row.Id).Take(count),
        ];
    }

    private IQueryable<SecurityEvent>? Events(Guid userId, HistoryKind kind)
    {
        var own = db.SecurityEvents.AsNoTracking().Where(e => e.UserId == userId);
        return kind switch
        {
            HistoryKind.All => own,
            HistoryKind.SignIns => own.Where(e => e.Kind == SecurityEventKind.SignedIn),
            HistoryKind.Failures => own.Where(e => Failures.Contains(e.Kind)),
            HistoryKind.Changes => own.Where(e => e.Kind != SecurityEventKind.SignedIn && !Failures.Contains(e.Kind)),
            HistoryKind.Withdrawals => null,
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// Those of the user, and those of a whole client while the user allowed it something. What only counts up a sweep is left out. Two questions,
    /// because each has its index.
    /// </summary>
    private async Task<List<RevocationEntry>> WithdrawalsAsync(
        Guid userId, HistoryKind kind, Guid from, int count, CancellationToken cancellationToken)
    {
        if (kind is not (HistoryKind.All or HistoryKind.Changes or HistoryKind.Withdrawals))
        {
            return [];
        }

        var ledger = db.Revocations.AsNoTracking().Where(r => r.Completes == null && r.Id < from);
        var own = ledger.Where(r => r.UserId == userId && (kind != HistoryKind.Changes || Changes.Contains(r.Cause)));
        var found = await own.OrderByDescending(r => r.Id).Take(count).ToListAsync(cancellationToken);
        if (kind != HistoryKind.Changes)
        {
            var clients =
                from g in db.Grants
                where g.UserId == userId
                join r in ledger on g.ClientId equals r.ClientId
                where r.UserId == null && r.Jti == null && g.FirstGivenAt <= r.At && (g.EndedAt == null || g.EndedAt >= r.At)
                orderby r.Id descending
                select r;
            found.AddRange(await clients.Take(count).ToListAsync(cancellationToken));
        }

        return found;
    }

    private async Task<Dictionary<Guid, string>> NamesAsync(List<RevocationEntry> withdrawals, CancellationToken cancellationToken)
    {
        var ids = withdrawals.Select(r => r.ClientId).OfType<Guid>().Distinct().ToList();
        return ids.Count == 0
            ? []
            : await db.Clients.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.ClientName ?? c.ClientId, cancellationToken);
    }
}
