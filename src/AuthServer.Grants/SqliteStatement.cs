using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AuthServer.Grants;

/// <summary>
/// A statement that SQLite itself keeps prepared, without the driver's command, reader and parameters in between: they cost several times what SQLite does for a row by primary
/// key. What fails throws what the driver throws.
/// </summary>
internal sealed class SqliteStatement(sqlite3 connection, string text, StatementWatch watch) : HotStatement(text, watch)
{
    // A text of parameters that is no longer is encoded without an array of its own. Bytes.
    private const int ShortText = 512;

    // Keeps what it names from being finalized; nothing else is asked of it.
    private sqlite3_stmt? _prepared;
    private nint _statement;
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
            // What it answers has been said by the step.
            _ = SqliteNative.Reset(_statement);
        }
    }

    public override void Dispose()
    {
        // SQLite answers that nothing is to be asked of no statement.
        _statement = 0;
        _prepared?.Dispose();
    }

    protected override ValueTask<HotRow?> FirstAsync(CancellationToken cancellationToken) =>
        new((_standing = Step()) ? (_row ??= new SqliteRow(_statement)).First() : null);

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
            _ = SqliteNative.Reset(_statement);
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
        Check(raw.sqlite3_prepare_v3(connection, Text, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
        _statement = prepared.DangerousGetHandle();
        _places = new int[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            _places[at] = raw.sqlite3_bind_parameter_index(prepared, values[at].Name);
        }

        _prepared = prepared;
    }

    private int Bind(int place, object? value) => value switch
    {
        DbType => SqliteNative.BindNull(_statement, place),
        string words => BindText(place, words),
        int number => SqliteNative.BindLong(_statement, place, number),
        long number => SqliteNative.BindLong(_statement, place, number),
        byte[] bytes => SqliteNative.BindBlob(_statement, place, bytes),
        Guid id => BindId(place, id),
        DateTime instant => BindInstant(place, instant),
        _ => throw new NotSupportedException($"No statement here takes {value?.GetType()}."),
    };

    private int BindText(int place, string text)
    {
        Span<byte> written = stackalloc byte[ShortText];
        return Encoding.UTF8.TryGetBytes(text, written, out var length)
            ? SqliteNative.BindText(_statement, place, written[..length])
            : SqliteNative.BindText(_statement, place, Encoding.UTF8.GetBytes(text));
    }

    private int BindId(int place, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return SqliteNative.BindBlob(_statement, place, bytes);
    }

    private int BindInstant(int place, DateTime instant)
    {
        Span<byte> written = stackalloc byte[32];
        instant.TryFormat(written, out var length, StoredForms.SqliteInstant, CultureInfo.InvariantCulture);
        return SqliteNative.BindText(_statement, place, written[..length]);
    }

    /// <summary>Whether there is a row.</summary>
    private bool Step()
    {
        var result = SqliteNative.Step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        SqliteException.ThrowExceptionForRC(result, connection);
        throw new System.Diagnostics.UnreachableException();
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, connection);
        }
    }
}
