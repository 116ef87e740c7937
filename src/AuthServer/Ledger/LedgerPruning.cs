using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Ledger;

/// <summary>
/// Shortens the ledger from its old end, whole seals at a time. The newest seal that goes stays as the anchor, signed anew as such: nobody who
/// holds the database alone can cut further. What does not hold is evidence, and is not pruned.
/// </summary>
internal sealed partial class LedgerPruning(
    IDbContextFactory<AuthServerDbContext> contexts,
    Writes writes,
    SealSigning signing,
    LedgerVerification verification,
    IOptions<AuthServerOptions> options,
    TimeProvider time,
    ILogger<LedgerPruning> logger)
{
    /// <summary>Seals that go in one transaction.</summary>
    public const int Batch = 8;

    /// <summary>Prunes what is older than its retention.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await PruneAsync(cancellationToken) == Batch)
        {
            await Task.Yield();
        }
    }

    private async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var due = await DueAsync(time.GetUtcNow().UtcDateTime - options.Value.Ledger.Retention, cancellationToken);
        if (due.Count == 0)
        {
            return 0;
        }

        var last = due[^1];
        var statement = (await signing.ReadAsync(last.Jws))!;
        var (id, jws) = (last.Id, signing.Sign(statement with { Pruned = true }));
        return await writes.RunAsync(
            async (db, token) =>
            {
                var marked = await db.LedgerSeals.Where(s => s.Id == id && !s.Pruned)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.Pruned, true).SetProperty(s => s.Jws, jws), token);
                if (marked == 0)
                {
                    return 0;
                }

                await db.Revocations.Where(r => r.SealId <= id).ExecuteDeleteAsync(token);
                await db.LedgerSeals.Where(s => s.Id < id).ExecuteDeleteAsync(token);
                return due.Count;
            },
            cancellationToken);
    }

    /// <summary>The oldest seals as far as they are due and hold.</summary>
    private async Task<List<LedgerSeal>> DueAsync(DateTime before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var oldest = await db.LedgerSeals.AsNoTracking().OrderBy(s => s.Id).Take(Batch + 1).ToListAsync(cancellationToken);
        var due = new List<LedgerSeal>();
        var previous = oldest is [{ Pruned: true } anchor, ..] ? anchor.Digest : "";
        foreach (var seal in oldest.Where(seal => !seal.Pruned).Take(Batch).TakeWhile(seal => seal.At <= before))
        {
            var entries = await db.Revocations.AsNoTracking().Where(r => r.SealId == seal.Id).ToListAsync(cancellationToken);
            if (await verification.FindFaultAsync(seal, previous, entries) is { } fault)
            {
                LogKept(logger, seal.Id, fault);
                break;
            }

            due.Add(seal);
            previous = seal.Digest;
        }

        return due;
    }

    [LoggerMessage(1303, LogLevel.Critical, "Seal {Seal} of the ledger does not hold ({Fault}); it and what comes after it are not pruned.")]
    private static partial void LogKept(ILogger logger, long seal, LedgerFault fault);
}
