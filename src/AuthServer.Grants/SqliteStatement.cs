using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AuthServer.Grants;

/// <summary>
/// A statement that SQLite itself keeps prepared, without the driver's command, reader and parameters in between: they cost several times what SQLite does for a row by primary
/// key. What fails throws what the driver throws.
/// </summary>
internal sealed class SqliteStatement(sqlite3 connection, string text, StatementWatch watch) : HotStatement(text, watch)
{
    private sqlite3_stmt? _prepared;
    private int[] _places = [];
    private SqliteRow? _row;
    private bool _standing;

    public override Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        using var activity = Begin();
        try
        {
            while (Step())
            {
            }

            return Task.FromResult(raw.sqlite3_changes(connection));
        }
        finally
        {
            raw.sqlite3_reset(_prepared);
        }
    }

    public override void Dispose() => _prepared?.Dispose();

    protected override ValueTask<HotRow?> FirstAsync(CancellationToken cancellationToken) =>
        new((_standing = Step()) ? (_row ??= new SqliteRow(_prepared!)).First() : null);

    protected override ValueTask EndAsync()
    {
        try
        {
            while (_standing)
            {
                _standing = false;
                _standing = Step();
            }
        }
        finally
        {
            // It would hold its reading of the file open.
            raw.sqlite3_reset(_prepared);
        }

        return ValueTask.CompletedTask;
    }

    protected override void Bind(DbTransaction? transaction, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (_prepared is null)
        {
            Prepare(values);
        }

        for (var at = 0; at < values.Length; at++)
        {
            Check(Bind(_places[at], values[at].Value));
        }
    }

    private void Prepare(ReadOnlySpan<(string Name, object? Value)> values)
    {
        Check(raw.sqlite3_prepare_v3(connection, Text, raw.SQLITE_PREPARE_PERSISTENT, out _prepared));
        _places = new int[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            _places[at] = raw.sqlite3_bind_parameter_index(_prepared, values[at].Name);
        }
    }

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_prepared, place),
        string words => raw.sqlite3_bind_text(_prepared, place, words),
        int number => raw.sqlite3_bind_int(_prepared, place, number),
        long number => raw.sqlite3_bind_int64(_prepared, place, number),
        byte[] bytes => raw.sqlite3_bind_blob(_prepared, place, bytes),
        Guid id => BindId(place, id),
        DateTime instant => BindInstant(place, instant),
        _ => throw new NotSupportedException($"No statement here takes {value.GetType()}."),
    };

    private int BindId(int place, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return raw.sqlite3_bind_blob(_prepared, place, bytes);
    }

    private int BindInstant(int place, DateTime instant)
    {
        Span<byte> written = stackalloc byte[32];
        instant.TryFormat(written, out var length, StoredForms.SqliteInstant, CultureInfo.InvariantCulture);
        return raw.sqlite3_bind_text(_prepared, place, written[..length]);
    }

    /// <summary>Whether there is a row.</summary>
    private bool Step()
    {
        var result = raw.sqlite3_step(_prepared);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        SqliteException.ThrowExceptionForRC(result, connection);
        throw new System.Diagnostics.UnreachableException();
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, connection);
}
