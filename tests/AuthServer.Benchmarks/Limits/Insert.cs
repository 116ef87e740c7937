using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace AuthServer.Benchmarks.Limits;

/// <summary>One row of a ledger line's size: a prepared statement on a kept connection, one writer at a time.</summary>
internal sealed class Insert : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly byte[] _id = new byte[16];
    private long _count;

    /// <param name="database">A file that is not there yet.</param>
    /// <param name="synchronous"><c>NORMAL</c>: a commit is not flushed; <c>FULL</c>: it is.</param>
    public Insert(string database, string synchronous)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        _connection.Open();
        using (var schema = _connection.CreateCommand())
        {
            schema.CommandText =
                $"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = {synchronous};
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
        (_begin, _commit) = (Prepared("BEGIN IMMEDIATE"), Prepared("COMMIT"));

        SqliteCommand Prepared(string text)
        {
            var command = _connection.CreateCommand();
            command.CommandText = text;
            command.Prepare();
            return command;
        }
    }

    public void Begin() => _begin.ExecuteNonQuery();

    /// <summary>A transaction of its own, unless one was begun.</summary>
    public void Run()
    {
        // Ascending, as UUIDv7 is.
        BinaryPrimitives.WriteInt64BigEndian(_id, ++_count);
        _command.Parameters[1].Value = _count;
        _command.ExecuteNonQuery();
    }

    public void Commit() => _commit.ExecuteNonQuery();

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _command.Dispose();
        _connection.Dispose();
    }
}
