using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// The door for a database with one writer (SQLite): a bounded queue with a single consumer, which runs the waiting units in one
/// transaction, commits once, and then completes them all. One disk flush serves many requests. Where a unit fails all run again, a savepoint each.
/// </summary>
public sealed class QueuedWrites : Writes, IAsyncDisposable
{
    /// <summary>More waiting units than this are refused: 503 now is better than an answer after the client has gone.</summary>
    public const int Capacity = 4096;

    private const int MaxBatch = 64;

    private readonly IDbContextFactory<AuthServerDbContext> _contexts;
    private readonly BlockingCollection<Waiting> _queue = new(Capacity);
    private readonly WriteMetrics _metrics;
    private readonly Func<DbException, bool> _isAway;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Kept from batch to batch, with its prepared statements; opened anew after a fault.
    private AuthServerDbContext? _db;

    /// <param name="contexts">Where the units' contexts come from.</param>
    /// <param name="metrics">Where waiting is counted.</param>
    /// <param name="isAway">Tells a database that cannot write now (disk full, locked) from a write it refused. Default: every write was refused.</param>
    public QueuedWrites(IDbContextFactory<AuthServerDbContext> contexts, WriteMetrics metrics, Func<DbException, bool>? isAway = null)
    {
        _contexts = contexts;
        _metrics = metrics;
        metrics.Watch(() => _queue.Count);
        _isAway = isAway ?? (_ => false);

        // A thread of its own: it waits for the disk most of the time, and those of the pool are as many as there are processors. Unsafe: it serves every request,
        // so it must not run for ever in the context of the one that came first.
        new Thread(Consume) { IsBackground = true, Name = "writes" }.UnsafeStart();
    }

    public override async Task<T> RunAsync<T>(Func<AuthServerDbContext, CancellationToken, Task<T>> unit, CancellationToken cancellationToken)
    {
        ThrowIfInsideUnit();
        using var activity = Tracing.Source.StartActivity("write");
        var waiting = new Unit<T>(unit, new WriteUnit(_metrics, _metrics.Now), cancellationToken);
        Enqueue(waiting);
        return await waiting.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await _ended.Task;
        await CloseAsync();
    }

    internal override async Task<IAsyncDisposable> EnterAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        ThrowIfInsideUnit();
        ThrowIfInTransaction(db);
        var waiting = new Visit(cancellationToken);
        Enqueue(waiting);
        await waiting.Entered;
        return new WriteLease(db, waiting.Leave);
    }

    private void Enqueue(Waiting waiting)
    {
        if (!TryAdd(waiting))
        {
            throw new WritesUnavailableException("The write queue is full, or the server is stopping.");
        }
    }

    private bool TryAdd(Waiting waiting)
    {
        try
        {
            return _queue.TryAdd(waiting);
        }
        catch (InvalidOperationException) when (_queue.IsAddingCompleted)
        {
            return false;
        }
    }

    private void Consume()
    {
        EnterUnit();
        var batch = new List<UnitOfWork>(MaxBatch);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            var visit = Gather(batch, first);
            if (batch.Count > 0)
            {
                RunBatchAsync(batch).GetAwaiter().GetResult();
                batch.Clear();
            }

            // A visitor writes on a connection of its own, so nobody else may hold the database meanwhile.
            visit?.ServeAsync().GetAwaiter().GetResult();
        }

        _ended.SetResult();
    }

    /// <summary>Who waits now, up to the first visitor, who is returned.</summary>
    private Visit? Gather(List<UnitOfWork> batch, Waiting first)
    {
        Waiting? waiting = first;
        do
        {
            if (waiting is Visit visit)
            {
                return visit;
            }

            if (waiting is UnitOfWork unit && unit.TakeUp())
            {
                unit.Run.TakenUp();
                batch.Add(unit);
            }
        }
        while (batch.Count < MaxBatch && _queue.TryTake(out waiting));

        return null;
    }

    private async Task RunBatchAsync(List<UnitOfWork> batch)
    {
        try
        {
            var db = _db ??= await OpenAsync();

            // Without savepoints first: for each, SQLite copies every page that the unit changes.
            var committed = await CommitAsync(db, batch, TryAsync);
            if (!committed && batch is [{ Fault: { } fault } only])
            {
                Refuse(only, fault);
            }
            else if (!committed)
            {
                await CommitAsync(db, batch, RunApartAsync);
            }

            // Whatever fails after this, the batch is in the database.
            batch.ForEach(unit => unit.Complete());
        }
#pragma warning disable CA1031 // Whatever it was, nothing of the batch is committed, and every waiting caller must hear of it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            batch.ForEach(unit => unit.Fail(new WritesUnavailableException("The transaction was not committed.", fault)));
            await CloseAsync();
        }
    }

    /// <returns>False where <paramref name="run"/> has answered so for a unit: nothing has happened then.</returns>
    private static async Task<bool> CommitAsync(AuthServerDbContext db, List<UnitOfWork> batch, Func<AuthServerDbContext, UnitOfWork, Task<bool>> run)
    {
        db.MayWrite = true;
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            foreach (var unit in batch)
            {
                // What it does belongs to the request that asked for it, although the consumer does it.
                Activity.Current = unit.Activity;
                unit.Run.Begin();
                db.Unit = unit.Run;
                try
                {
                    if (!await run(db, unit))
                    {
                        return false;
                    }
                }
                finally
                {
                    db.Unit = null;
                    db.ChangeTracker.Clear();
                }
            }

            await transaction.CommitAsync();
            return true;
        }
        finally
        {
            db.MayWrite = false;
        }
    }

    private static async Task<bool> TryAsync(AuthServerDbContext db, UnitOfWork unit)
    {
        try
        {
            await unit.RunAsync(db);
            return true;
        }
#pragma warning disable CA1031 // It is the caller's; where there are neighbours, it runs once more apart from them.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            unit.Fault = fault;
            return false;
        }
    }

    private async Task<bool> RunApartAsync(AuthServerDbContext db, UnitOfWork unit)
    {
        await db.Hot.SetAsync(db.Transaction);
        try
        {
            await unit.RunAsync(db);
            await db.Hot.ReleaseAsync(db.Transaction);
        }
#pragma warning disable CA1031 // One unit's failure is its caller's; the others in the batch go on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            await UndoAsync(db, fault);
            Refuse(unit, fault);
        }

        return true;
    }

    private async Task<AuthServerDbContext> OpenAsync()
    {
        var db = await _contexts.CreateDbContextAsync();
        try
        {
            await db.OpenAsync(CancellationToken.None);
            return db;
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private async Task CloseAsync()
    {
        if (_db is { } db)
        {
            _db = null;
            await db.DisposeAsync();
        }
    }

    private static async Task UndoAsync(AuthServerDbContext db, Exception fault)
    {
        try
        {
            await db.Hot.UndoAsync(db.Transaction);
        }
#pragma warning disable CA1031 // It is the first fault that explains the second.
        catch (Exception)
#pragma warning restore CA1031
        {
            // SQLite has rolled everything back already (disk full), the neighbours' changes too: the whole batch fails.
            throw new WritesUnavailableException("The whole transaction was rolled back.", fault);
        }
    }

    private void Refuse(UnitOfWork unit, Exception fault) =>
        unit.Fail(IsAway(fault) ? new WritesUnavailableException("The database did not take it.", fault) : fault);

    private bool IsAway(Exception fault) => DatabaseFault.Find(fault) is { } said && _isAway(said);

    private abstract class Waiting;

    private abstract class UnitOfWork(WriteUnit run) : Waiting
    {
        public WriteUnit Run => run;

        /// <summary>What it failed with.</summary>
        public Exception? Fault { get; set; }

        /// <summary>Of who waits for it.</summary>
        public Activity? Activity { get; } = Activity.Current;

        /// <summary>False where the caller has gone; from here on cancellation no longer counts.</summary>
        public abstract bool TakeUp();

        public abstract Task RunAsync(AuthServerDbContext db);

        public abstract void Complete();

        public abstract void Fail(Exception fault);
    }

    private sealed class Unit<T>(Func<AuthServerDbContext, CancellationToken, Task<T>> unit, WriteUnit run, CancellationToken cancellationToken) : UnitOfWork(run)
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Completion => _completion.Task;

        public override bool TakeUp() => !cancellationToken.IsCancellationRequested || !_completion.TrySetCanceled(cancellationToken);

        public override async Task RunAsync(AuthServerDbContext db) => _result = await unit(db, CancellationToken.None);

        public override void Complete()
        {
            // One that failed alone has had its answer.
            if (!_completion.Task.IsCompleted)
            {
                Run.Committed();
                _completion.SetResult(_result);
            }
        }

        public override void Fail(Exception fault) => _completion.TrySetException(fault);
    }

    private sealed class Visit(CancellationToken cancellationToken) : Waiting
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public void Leave() => _left.TrySetResult();

        public Task ServeAsync()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _entered.TrySetCanceled(cancellationToken);
                return Task.CompletedTask;
            }

            _entered.SetResult();
            return _left.Task;
        }
    }
}
