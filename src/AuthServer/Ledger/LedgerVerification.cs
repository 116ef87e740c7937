using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Ledger;

/// <summary>Walks along the seals, from the anchor or the first, and finds the first that does not hold.</summary>
internal sealed partial class LedgerVerification(
    IDbContextFactory<AuthServerDbContext> contexts, SealSigning signing, ILogger<LedgerVerification> logger)
{
    // At most this many times LedgerSealer.Batch entries are in memory.
    private const int Batch = 16;

    private const int MaxWalks = 5;

    /// <summary>Verifies, and says so in the log: there the last digest is out of reach of who changes the database.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var report = await VerifyAsync(cancellationToken);
        if (report.IsWhole)
        {
            LogWhole(logger, report.Seals, report.Entries, report.LastSeal, report.Seals > 0 ? report.Digest : "none", report.Unsealed);
        }
        else
        {
            LogBroken(logger, report.BrokenSeal, report.Fault, report.LastSeal);
        }
    }

    public async Task<LedgerReport> VerifyAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        for (var walk = 1; ; walk++)
        {
            var begin = await FirstAsync(db, cancellationToken);
            var report = await WalkAsync(db, cancellationToken);

            // The ledger may have been pruned under our feet; then what was missing was missing rightly, and the walk begins at the new anchor.
            if (report.IsWhole || walk == MaxWalks || begin == await FirstAsync(db, cancellationToken))
            {
                return report;
            }
        }
    }

    /// <summary>What is wrong with one seal, given the one before it.</summary>
    /// <param name="seal">The row.</param>
    /// <param name="previous">The digest of the seal before; null where that was pruned, or where this is the anchor.</param>
    /// <param name="entries">What lies under it.</param>
    public async Task<LedgerFault?> FindFaultAsync(LedgerSeal seal, string? previous, IReadOnlyCollection<RevocationEntry> entries) =>
        await signing.ReadAsync(seal.Jws) is not { } statement ? LedgerFault.Signature
        : !statement.Agrees(seal) ? LedgerFault.Row
        : previous is not null && statement.Previous != previous ? LedgerFault.Chain
        : seal.Pruned ? (entries.Count == 0 ? null : LedgerFault.Entries)
        : entries.Count == seal.Count && LedgerDigest.Of(statement.Previous, entries) == seal.Digest ? null
        : LedgerFault.Entries;

    private static Task<string?> FirstAsync(AuthServerDbContext db, CancellationToken cancellationToken) =>
        db.LedgerSeals.OrderBy(s => s.Id).Select(s => s.Jws).FirstOrDefaultAsync(cancellationToken);

    private async Task<LedgerReport> WalkAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        var report = new LedgerReport(0, 0, 0, "", 0);
        while (true)
        {
            var from = report.LastSeal;
            var seals = await db.LedgerSeals.AsNoTracking().Where(s => s.Id > from).OrderBy(s => s.Id).Take(Batch).ToListAsync(cancellationToken);
            if (seals.Count == 0)
            {
                break;
            }

            var to = seals[^1].Id;
            var entries = (await db.Revocations.AsNoTracking().Where(r => r.SealId > from && r.SealId <= to).ToListAsync(cancellationToken))
                .ToLookup(entry => entry.SealId!.Value);
            foreach (var seal in seals)
            {
                var expected = report.LastSeal + 1;
                var isFirst = report.LastSeal == 0;
                var missing = seal.Id != expected && !(isFirst && seal.Pruned);
                var misplaced = seal.Pruned && !isFirst;
                var fault = missing ? LedgerFault.Missing
                    : misplaced ? LedgerFault.Row
                    : await FindFaultAsync(seal, isFirst && seal.Pruned ? null : report.Digest, [.. entries[seal.Id]]);
                if (fault is not null)
                {
                    return report with { BrokenSeal = missing ? expected : seal.Id, Fault = fault };
                }

                report = report with
                {
                    Seals = report.Seals + 1,
                    Entries = report.Entries + entries[seal.Id].Count(),
                    LastSeal = seal.Id,
                    Digest = seal.Digest,
                };
            }
        }

        // Entries that say they are under a seal which is not there: it was cut off, or they were added at the old end.
        var astray = await db.Revocations.Where(r => r.SealId != null && !db.LedgerSeals.Any(s => s.Id == r.SealId && !s.Pruned))
            .OrderBy(r => r.SealId).Select(r => r.SealId).FirstOrDefaultAsync(cancellationToken);
        var unsealed = await db.Revocations.CountAsync(r => r.SealId == null, cancellationToken);
        return astray is null
            ? report with { Unsealed = unsealed }
            : report with { Unsealed = unsealed, BrokenSeal = astray, Fault = LedgerFault.Missing };
    }

    [LoggerMessage(1301, LogLevel.Information,
        "The ledger is whole: {Seals} seal(s) with {Entries} entries up to seal {LastSeal}, digest {Digest}; {Unsealed} not sealed yet.")]
    private static partial void LogWhole(ILogger logger, int seals, int entries, long lastSeal, string digest, int unsealed);

    [LoggerMessage(1302, LogLevel.Critical,
        "The ledger has been tampered with: seal {Seal} does not hold ({Fault}). Up to seal {LastSeal} it is as it was written.")]
    private static partial void LogBroken(ILogger logger, long? seal, LedgerFault? fault, long lastSeal);
}
