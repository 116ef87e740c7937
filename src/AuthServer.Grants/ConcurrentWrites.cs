using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>The door for a database with many writers (PostgreSQL): a unit is a plain transaction; the server groups commits itself.</summary>
public sealed class ConcurrentWrites(IDbContextFactory<AuthServerDbContext> contexts, WriteMetrics metrics) : Writes
{
    private const int MaxAttempts = 5;

    public override async Task<T> RunAsync<T>(Func<AuthServerDbContext, CancellationToken, Task<T>> unit, CancellationToken cancellationToken)
    {
        ThrowIfInsideUnit();
        cancellationToken.ThrowIfCancellationRequested();
        using var activity = Tracing.Source.StartActivity("write");
        var begun = metrics.Now;
        for (var attempt = 1; ; attempt++)
        {
            var progress = new Progress();
            try
            {
                return await RunOnceAsync(unit, progress, new WriteUnit(metrics, begun));
            }
            catch (Exception fault) when (attempt < MaxAttempts && (IsConflict(fault) || (progress.MayRunAgain && IsLost(fault))))
            {
                // The server has rolled it back whole: nothing of it happened, so it may run again.
            }
            catch (Exception fault) when (IsAway(fault))
            {
                throw new WritesUnavailableException("The database did not commit it.", fault);
            }
        }
    }

    internal override Task<IAsyncDisposable> EnterAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        ThrowIfInsideUnit();
        ThrowIfInTransaction(db);
        return Task.FromResult<IAsyncDisposable>(new WriteLease(db, leave: null));
    }

    private async Task<T> RunOnceAsync<T>(Func<AuthServerDbContext, CancellationToken, Task<T>> unit, Progress progress, WriteUnit run)
    {
        EnterUnit();
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        db.MayWrite = true;
        db.Unit = run;
        try
        {
            await db.OpenAsync(CancellationToken.None);
            progress.MayRunAgain = true;
            await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
            var result = await unit(db, CancellationToken.None);
            progress.MayRunAgain = false;
            await transaction.CommitAsync(CancellationToken.None);
            run.Committed();
            return result;
        }
        finally
        {
            db.MayWrite = false;
            db.Unit = null;
        }
    }

    // PostgreSQL, appendix A: serialization_failure; deadlock_detected; unique_violation, where a unit looked before it inserted and another
    // was faster: the next run finds the row. One that fails whenever it runs comes out in the end.
    private static bool IsConflict(Exception fault) => DatabaseFault.Find(fault)?.SqlState is "40001" or "40P01" or "23505";

    // The connection broke: as a rule one of the pool's, from before the database was started again. A time-out is none: it would last once more.
    private static bool IsLost(Exception fault) => DatabaseFault.Find(fault) is { } said
        && (said.SqlState is "57P01" or "57P02" || said.InnerException is IOException);

    // Besides what the driver calls transient: operator_intervention (shutdown, crash), and read_only_sql_transaction, a standby's answer.
    private static bool IsAway(Exception fault) => DatabaseFault.Find(fault) is { } said
        && (said.IsTransient || said.SqlState is "25006" || said.SqlState?.StartsWith("57", StringComparison.Ordinal) is true);

    /// <summary>How far a run came. A connection lost before it, or after COMMIT was sent, leaves nothing to run again, or nobody knows what.</summary>
    private sealed class Progress
    {
        public bool MayRunAgain { get; set; }
    }
}
