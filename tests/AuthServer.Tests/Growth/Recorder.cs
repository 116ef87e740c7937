using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using AuthServer.Database;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace AuthServer.Tests.Growth;

/// <summary>Keeps the statements that the server sends, with what they were sent with.</summary>
public sealed class Recorder(DatabaseProvider provider) : DbCommandInterceptor
{
    private ConcurrentDictionary<string, Statement>? _seen;

    /// <summary>The statements that <paramref name="act"/> comes to, each once.</summary>
    public async Task<IReadOnlyList<Statement>> RecordAsync(Func<Task> act)
    {
        var seen = _seen = new(StringComparer.Ordinal);
        try
        {
            await act();
        }
        finally
        {
            _seen = null;
        }

        return [.. seen.Values.OrderBy(statement => statement.Text, StringComparer.Ordinal)];
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        See(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        See(command);
        return ValueTask.FromResult(result);
    }

    /// <summary>For those that EF does not see.</summary>
    public void See(string text, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (_seen is not null)
        {
            var parameters = new List<DbParameter>();
            foreach (var (name, value) in values)
            {
                parameters.Add(provider == DatabaseProvider.Sqlite
                    ? new SqliteParameter(name, value is Guid id ? id.ToByteArray(bigEndian: true) : value is DbType ? DBNull.Value : value)
                    : value is DbType type ? new NpgsqlParameter(name, type) { Value = DBNull.Value } : new NpgsqlParameter(name, value));
            }

            See(text, parameters);
        }
    }

    private void See(DbCommand command) => See(command.CommandText, command.Parameters.Cast<DbParameter>());

    // What is saved together comes as several statements in one text; an INSERT reads nothing.
    private void See(string all, IEnumerable<DbParameter> parameters)
    {
        if (_seen is not { } seen)
        {
            return;
        }

        foreach (var text in all.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => text.TrimEnd(';')))
        {
            if (Plans(text))
            {
                seen.TryAdd(text, new Statement(text, [.. parameters.Select(Copy)]));
            }
        }
    }

    /// <summary>A parameter belongs to one command.</summary>
    public static DbParameter Copy(DbParameter parameter) => parameter is SqliteParameter sqlite
        ? new SqliteParameter(sqlite.ParameterName, sqlite.SqliteType) { Value = sqlite.Value }
        : (DbParameter)((ICloneable)parameter).Clone();

    private static bool Plans(string text) =>
        !text.StartsWith("INSERT", StringComparison.OrdinalIgnoreCase)
        && (text.Contains("FROM", StringComparison.OrdinalIgnoreCase) || text.StartsWith("UPDATE", StringComparison.OrdinalIgnoreCase));

    /// <summary>One statement as it was sent.</summary>
    /// <param name="Text">The SQL.</param>
    /// <param name="Parameters">Copies of its parameters.</param>
    public sealed record Statement(string Text, IReadOnlyList<DbParameter> Parameters);
}
