using System.Collections.Concurrent;
using System.Data.Common;
using AuthServer.Grants;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.Tests.Fixtures;

/// <summary>Sees every statement and commit, and may make one of them fail.</summary>
public sealed class Watch : DbCommandInterceptor, IDbTransactionInterceptor
{
    private int _commits;

    public ConcurrentQueue<string> Statements { get; } = [];

    public int Commits => _commits;

    /// <summary>Called with each statement before it is sent; what it throws is the database's answer.</summary>
    public Action<string>? BeforeStatement { get; set; }

    /// <summary>Called before each commit.</summary>
    public Action? BeforeCommit { get; set; }

    /// <summary>
    /// How many statements <paramref name="act"/> costs. Jobs run behind it now and then, and theirs are seen too; what it asks itself it asks every
    /// time, so the fewest of some tries are its own.
    /// </summary>
    public async Task<int> CountAsync(Func<Task> act)
    {
        var fewest = int.MaxValue;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var before = Statements.Count;
            await act();
            fewest = Math.Min(fewest, Statements.Count - before);
        }

        return fewest;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        See(command.CommandText);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        See(command.CommandText);
        return ValueTask.FromResult(result);
    }

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _commits);
        BeforeCommit?.Invoke();
        return ValueTask.FromResult(result);
    }

    /// <summary>Sees the statements that EF does not.</summary>
    public StatementWatch BelowEf()
    {
        var watch = new StatementWatch();
        watch.Add((text, _) => See(text));
        return watch;
    }

    private void See(string text)
    {
        Statements.Enqueue(text);
        BeforeStatement?.Invoke(text);
    }
}
