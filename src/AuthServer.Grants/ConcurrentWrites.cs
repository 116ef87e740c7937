using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>The door for a database with many writers (PostgreSQL): a unit is a plain transaction; the server groups commits itself.</summary>
public sealed class ConcurrentWrites(IDbContextFactory<AuthServerDbContext> contexts) : Writes
{
    private const int MaxAttempts = 5;

    public override async Task<T> RunAsync<T>(Func<AuthServerDbContext, CancellationToken, Task<T>> unit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(unit);
            }
            catch (Exception fault) when (attempt < MaxAttempts && IsConflict(fault))
            {
                // The server has rolled it back whole: nothing of it happened, so it may run again.
            }
        }
    }

    internal override Task<IAsyncDisposable> EnterAsync(AuthServerDbContext db, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable>(new WriteLease(db, leave: null));

    private async Task<T> RunOnceAsync<T>(Func<AuthServerDbContext, CancellationToken, Task<T>> unit)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        db.MayWrite = true;
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
            var result = await unit(db, CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        finally
        {
            db.MayWrite = false;
        }
    }

    // serialization_failure and deadlock_detected (PostgreSQL, appendix A).
    private static bool IsConflict(Exception fault) =>
        (fault as DbException ?? fault.InnerException as DbException)?.SqlState is "40001" or "40P01";
}
