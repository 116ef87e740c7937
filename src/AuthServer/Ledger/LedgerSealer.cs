using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Ledger;

/// <summary>
/// Seals what has come into the ledger since the last seal. Entries are inserted unchained, so that withdrawals do not wait for each other; any
/// node seals behind them, and the next number goes to the fastest.
/// </summary>
internal sealed class LedgerSealer(IDbContextFactory<AuthServerDbContext> contexts, Writes writes, SealSigning signing, TimeProvider time)
{
    /// <summary>Entries under one seal at most.</summary>
    public const int Batch = 1000;

    /// <summary>Seals until nothing is left, or another node is at it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await SealAsync(cancellationToken) == Batch)
        {
            await Task.Yield();
        }
    }

    /// <summary>Makes one seal.</summary>
    /// <returns>How many entries it holds; 0 where there were none, or another node was faster.</returns>
    public async Task<int> SealAsync(CancellationToken cancellationToken)
    {
        var (entries, last) = await ReadAsync(cancellationToken);
        if (entries.Count == 0)
        {
            return 0;
        }

        // Signed outside the unit; so its number may be taken meanwhile.
        var seal = New(last, entries);
        var ids = entries.Select(entry => entry.Id).ToList();
        try
        {
            return await writes.RunAsync((db, token) => InsertAsync(db, seal, ids, token), cancellationToken);
        }
        catch (OvertakenException)
        {
            return 0;
        }
    }

    private static async Task<int> InsertAsync(AuthServerDbContext db, LedgerSeal seal, List<Guid> ids, CancellationToken cancellationToken)
    {
        if (await db.LedgerSeals.AnyAsync(s => s.Id == seal.Id, cancellationToken))
        {
            return 0;
        }

        db.LedgerSeals.Add(seal);
        await db.SaveChangesAsync(cancellationToken);
        var number = (long?)seal.Id;
        // As one parameter: of a thousand, SQLite would look for each by its name among all.
        var held = await db.Revocations.Where(r => EF.Parameter(ids).Contains(r.Id) && r.SealId == null)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.SealId, number), cancellationToken);
        return held == seal.Count ? held : throw new OvertakenException("Some of the entries are under another seal.");
    }

    private async Task<(List<RevocationEntry> Entries, LedgerSeal? Last)> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = await db.Revocations.AsNoTracking().Where(r => r.SealId == null)
            .OrderBy(r => r.At).ThenBy(r => r.Id).Take(Batch).ToListAsync(cancellationToken);
        return (entries, entries.Count == 0 ? null : await db.LedgerSeals.AsNoTracking().OrderByDescending(s => s.Id).FirstOrDefaultAsync(cancellationToken));
    }

    private LedgerSeal New(LedgerSeal? last, List<RevocationEntry> entries)
    {
        var previous = last?.Digest ?? "";
        var at = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()).UtcDateTime;
        var statement = new SealStatement((last?.Id ?? 0) + 1, previous, LedgerDigest.Of(previous, entries), entries.Count, at, Pruned: false);
        return new LedgerSeal
        {
            Id = statement.Id,
            At = statement.At,
            Count = statement.Count,
            Digest = statement.Digest,
            Jws = signing.Sign(statement),
        };
    }
}
