using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace AuthServer.Benchmarks.Limits;

/// <summary>One row of a ledger line's size, committed by itself: a prepared statement on a kept connection, one writer at a time, the log not flushed.</summary>
internal sealed class Insert : IDisposable
{
    private readonly Lock _one = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly byte[] _id = new byte[16];
    private long _count;

    public Insert(string database)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        _connection.Open();
        using (var schema = _connection.CreateCommand())
        {
            schema.CommandText =
                """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = NORMAL;
                CREATE TABLE "Line" ("Id" BLOB NOT NULL PRIMARY KEY, "At" INTEGER NOT NULL, "Cause" TEXT NOT NULL, "Target" BLOB NOT NULL) WITHOUT ROWID;
                """;
            schema.ExecuteNonQuery();
        }

        _command = _connection.CreateCommand();
        _command.CommandText = """INSERT INTO "Line" ("Id", "At", "Cause", "Target") VALUES ($id, $at, 'client_request', $target)""";
        _command.Parameters.AddWithValue("$id", _id);
        _command.Parameters.AddWithValue("$at", 0L);
        _command.Parameters.AddWithValue("$target", _id);
        _command.Prepare();
    }

    public void Run()
    {
        lock (_one)
        {
            // Ascending, as UUIDv7 is.
            BinaryPrimitives.WriteInt64BigEndian(_id, ++_count);
            _command.Parameters[1].Value = _count;
            _command.ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
    }
}
