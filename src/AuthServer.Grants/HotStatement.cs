using System.Data.Common;
using System.Diagnostics;

namespace AuthServer.Grants;

/// <summary>
/// One statement on one connection: its command and parameters are made once and used again, so SQLite keeps it prepared as long as the connection is open.
/// Used by one flow at a time, as the connection is.
/// </summary>
internal sealed class HotStatement
{
    private readonly Lazy<DbCommand> _command;
    private readonly StatementWatch _watch;
    private readonly string _verb;
    private readonly bool _bytes;

    /// <param name="connection">Where it runs.</param>
    /// <param name="text">With parameters named @a, @b …</param>
    /// <param name="bytes">UUIDs are big-endian bytes here (<see cref="StoredForms"/>).</param>
    /// <param name="watch">Who is told of it.</param>
    public HotStatement(DbConnection connection, string text, bool bytes, StatementWatch watch)
    {
        (_watch, _bytes) = (watch, bytes);
        _verb = text[..text.IndexOf(' ', StringComparison.Ordinal)];
        _command = new(
            () =>
            {
                var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this assembly.
                command.CommandText = text;
#pragma warning restore CA2100
                return command;
            },
            isThreadSafe: false);
    }

    /// <summary>Sets the parameters in the order of their names' first use.</summary>
    public HotStatement With(DbTransaction? transaction, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = _command.Value;
        command.Transaction = transaction;
        var parameters = command.Parameters;
        for (var at = 0; at < values.Length; at++)
        {
            if (parameters.Count <= at)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = values[at].Name;
                parameters.Add(parameter);
            }

            parameters[at].Value = values[at].Value switch
            {
                null => DBNull.Value,
                Guid id when _bytes => id.ToByteArray(bigEndian: true),
                var value => value,
            };
        }

        return this;
    }

    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        using var activity = Begin();
        return await _command.Value.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first row, as <paramref name="read"/> makes it; null where there is none.</summary>
    public async Task<T?> ReadAsync<T>(Func<HotRow, T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var activity = Begin();
        await using var reader = await _command.Value.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(new HotRow(reader, _bytes)) : null;
    }

    private Activity? Begin()
    {
        _watch.Send(_command.Value);
        return Tracing.Source.StartActivity(_verb, ActivityKind.Client)?.SetTag("db.query.text", _command.Value.CommandText);
    }
}
