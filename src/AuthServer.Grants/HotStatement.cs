using System.Data.Common;
using System.Diagnostics;

namespace AuthServer.Grants;

/// <summary>
/// One statement on one connection, prepared once and used again as long as the connection is open. Used by one flow at a time, as the connection is.
/// </summary>
internal abstract class HotStatement(string text, StatementWatch watch) : IDisposable
{
    private readonly string _verb = text[..text.IndexOf(' ', StringComparison.Ordinal)];

    protected string Text => text;

    /// <summary>Sets the parameters, always the same ones in the same order.</summary>
    /// <param name="transaction">Which it belongs to; null: to none.</param>
    /// <param name="values">Each by its name in the text; its <see cref="System.Data.DbType"/> where it has no value.</param>
    public HotStatement With(DbTransaction? transaction, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        watch.Send(text, values);
        Bind(transaction, values);
        return this;
    }

    /// <summary>How many rows it changed.</summary>
    public abstract Task<int> ExecuteAsync(CancellationToken cancellationToken);

    /// <summary>The first row, as <paramref name="read"/> makes it; null where there is none.</summary>
    public async Task<T?> ReadAsync<T>(Func<HotRow, T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var activity = Begin();
        try
        {
            return await FirstAsync(cancellationToken) is { } row ? read(row) : null;
        }
        finally
        {
            await EndAsync();
        }
    }

    public abstract void Dispose();

    /// <summary>Runs it up to its first row; null where there is none.</summary>
    protected abstract ValueTask<HotRow?> FirstAsync(CancellationToken cancellationToken);

    /// <summary>Runs it to its end where it stands on a row.</summary>
    protected abstract ValueTask EndAsync();

    protected abstract void Bind(DbTransaction? transaction, ReadOnlySpan<(string Name, object? Value)> values);

    protected Activity? Begin() => Tracing.Source.StartActivity(_verb, ActivityKind.Client)?.SetTag("db.query.text", text);
}
