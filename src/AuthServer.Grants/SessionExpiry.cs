using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>Ends the sessions whose idle or absolute end has come, so that their clients are told. Liveness refuses them even before.</summary>
public sealed class SessionExpiry(IDbContextFactory<AuthServerDbContext> contexts, RevocationCascade cascade, TimeProvider time)
{
    private const int Batch = 20;

    private static readonly RevocationActor Server = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    /// <summary>Ends what is overdue now, each session in a transaction of its own. Nodes may do it at once: one of them wins each session.</summary>
    /// <returns>How many this call ended.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var ended = 0;
        while (await OverdueAsync(now, cancellationToken) is { Count: > 0 } overdue)
        {
            var ending = overdue.Select(sid => cascade.RevokeAsync(
                new RevocationTarget.OverdueSession(sid), RevocationCause.SessionExpired, Server, cancellationToken));
            var receipts = await Task.WhenAll(ending);
            ended += receipts.Count(receipt => receipt.Withdrawn);
            if (receipts.All(receipt => !receipt.Withdrawn))
            {
                // Another node is at them, or the clock went back: the next run sees.
                return ended;
            }
        }

        return ended;
    }

    private async Task<List<Guid>> OverdueAsync(DateTime now, CancellationToken cancellationToken)
    {
        // Two questions, because each end has its index.
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var valid = db.LoginSessions.Where(s => s.Status == Status.Valid);
        var overdue = await valid.Where(s => s.IdleExpiresAt <= now).OrderBy(s => s.IdleExpiresAt).Select(s => s.Id).Take(Batch).ToListAsync(cancellationToken);
        return overdue.Count > 0
            ? overdue
            : await valid.Where(s => s.ExpiresAt <= now).OrderBy(s => s.ExpiresAt).Select(s => s.Id).Take(Batch).ToListAsync(cancellationToken);
    }
}
