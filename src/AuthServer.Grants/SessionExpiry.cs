using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>Ends the sessions whose idle or absolute end has come, so that their clients are told. Liveness refuses them even before.</summary>
public sealed class SessionExpiry(IDbContextFactory<AuthServerDbContext> contexts, RevocationCascade cascade, TimeProvider time)
{
    private const int Batch = 100;

    private static readonly RevocationActor Server = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    /// <summary>Ends what is overdue now, each session in a transaction of its own. Nodes may do it at once: one of them wins each session.</summary>
    /// <returns>How many this call ended.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        while (await OverdueAsync(cancellationToken) is { Count: > 0 } overdue)
        {
            foreach (var sid in overdue)
            {
                var receipt = await cascade.RevokeAsync(
                    new RevocationTarget.OverdueSession(sid), RevocationCause.SessionExpired, Server, cancellationToken);
                ended += receipt.Withdrawn ? 1 : 0;
            }
        }

        return ended;
    }

    private async Task<List<Guid>> OverdueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.LoginSessions.Where(s => s.Status == Status.Valid && (s.ExpiresAt <= now || s.IdleExpiresAt <= now))
            .OrderBy(s => s.Id).Select(s => s.Id).Take(Batch).ToListAsync(cancellationToken);
    }
}
