using System.Data;
using System.Data.Common;

namespace AuthServer.Grants;

/// <summary>A statement that the database's driver prepares, and keeps prepared (PostgreSQL).</summary>
internal sealed class DriverStatement(DbConnection connection, string text, StatementWatch watch) : HotStatement(text, watch)
{
    private DbCommand? _command;
    private DbDataReader? _reader;

    public override async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        using var activity = Begin();
        return await _command!.ExecuteNonQueryAsync(cancellationToken);
    }

    public override void Dispose() => _command?.Dispose();

    protected override async ValueTask<HotRow?> FirstAsync(CancellationToken cancellationToken)
    {
        _reader = await _command!.ExecuteReaderAsync(cancellationToken);
        return await _reader.ReadAsync(cancellationToken) ? new DriverRow(_reader) : null;
    }

    protected override async ValueTask EndAsync()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            await reader.DisposeAsync();
        }
    }

    protected override void Bind(DbTransaction? transaction, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = _command ??= Make();
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

            if (values[at].Value is DbType type)
            {
                (parameters[at].DbType, parameters[at].Value) = (type, DBNull.Value);
            }
            else
            {
                parameters[at].Value = values[at].Value;
            }
        }
    }

    private DbCommand Make()
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this assembly.
        command.CommandText = Text;
#pragma warning restore CA2100
        return command;
    }
}
