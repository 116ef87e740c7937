using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.Benchmarks.Load;

/// <summary>Fills a database that no server has open with copies of the one token family in it.</summary>
internal static class FamilyCopies
{
    public static async Task MakeAsync(RunDatabase database, int count)
    {
        await using var connection = await OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = """SELECT * FROM "TokenFamilies" """;
        string columns;
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow))
        {
            await reader.ReadAsync();
            columns = string.Join(
                ", ", Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).Where(name => name != "Id").Select(name => $"\"{name}\""));
        }

        // Ids as the server makes them (RFC 9562 §5.7), a family each millisecond up to now.
        var (newId, numbers) = database.IsSqlite
            ? ("unhex(printf('%012x', @from + n.i) || '7' || substr(hex(randomblob(2)), 2) || '8' || substr(hex(randomblob(8)), 2))",
               "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @count) SELECT i FROM n)")
            : ("(lpad(to_hex(@from + n.i), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid",
               "(SELECT generate_series(1, @count) AS i)");
        command.CommandText =
            $"""INSERT INTO "TokenFamilies" ("Id", {columns}) SELECT {newId}, {columns} FROM (SELECT * FROM "TokenFamilies" LIMIT 1) AS f, {numbers} AS n""";
        Add(command, "@count", count);
        Add(command, "@from", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - count);
        await command.ExecuteNonQueryAsync();
        command.Parameters.Clear();
        command.CommandText = database.IsSqlite ? "PRAGMA wal_checkpoint(TRUNCATE)" : "CHECKPOINT";
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of the clients, by <c>client_id</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, Guid>> ClientsAsync(RunDatabase database)
    {
        await using var connection = await OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT "ClientId", "Id" FROM "Clients" """;
        await using var reader = await command.ExecuteReaderAsync();
        var clients = new Dictionary<string, Guid>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            // Big-endian where stored as bytes.
            clients.Add(reader.GetString(0), reader.GetValue(1) is byte[] bytes ? new Guid(bytes, bigEndian: true) : reader.GetGuid(1));
        }

        return clients;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private static async Task<DbConnection> OpenAsync(RunDatabase database)
    {
        DbConnection connection = database.IsSqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ToString())
            : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
