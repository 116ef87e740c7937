using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>Brings the children of what was withdrawn up to date, batch by batch, until nothing is left.</summary>
public sealed class Sweeping(IDbContextFactory<AuthServerDbContext> contexts, RevocationCascade cascade)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // Asked outside the door: mostly there is nothing.
        if (!await db.Sweeps.AnyAsync(cancellationToken))
        {
            return;
        }

        // Each batch queues anew, so everybody else's writes come in between.
        while (!cancellationToken.IsCancellationRequested && await cascade.SweepAsync(cancellationToken))
        {
            await Task.Yield();
        }
    }
}
