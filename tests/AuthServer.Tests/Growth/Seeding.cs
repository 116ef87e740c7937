using System.Collections.Concurrent;
using System.Data.Common;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AuthServer.Tests.Growth;

/// <summary>
/// Fills a database by statements that make the rows in it: without the indexes, which are made anew afterwards, and without waiting for the disk.
/// Nothing of this is what the server does; what it finds then is.
/// </summary>
public sealed class Seeding(AuthServerFactory server, DatabaseProvider provider)
{
    // Two processors at most, and SQLite has one writer.
    private readonly int _hands = provider == DatabaseProvider.Sqlite ? 1 : 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task RunAsync(Volume volume)
    {
        var loads = new Loads(new SqlForms(provider, server.Clock.Now), await Templates.MakeAsync(server), volume).All.ToList();
        await using var db = await server.Services.GetRequiredService<IDbContextFactory<AuthServerDbContext>>().CreateDbContextAsync(Cancellation);
        var tables = loads.Select(load => db.Model.FindEntityType(load.Entity)!.GetTableName()!).ToList();
        var connectionString = db.Database.GetConnectionString()!;

        // PostgreSQL does not use a new index over rows that were updated before it for as long as anybody may see them as they were, and the users' rows were.
        var indexes = (await IndexesAsync(connectionString, tables))
            .Where(index => provider == DatabaseProvider.Sqlite || !index.Sql.Contains("\"Users\"", StringComparison.Ordinal))
            .ToList();
        await InParallelAsync(connectionString, indexes.Select(index => $"DROP INDEX \"{index.Name}\""), hands: 1);
        if (provider == DatabaseProvider.PostgreSql)
        {
            // Identity's tables refer to that of the users, so that one is logged.
            await InParallelAsync(connectionString, tables.Where(table => table != "Users").Select(table => $"ALTER TABLE \"{table}\" SET UNLOGGED"), hands: 1);
        }

        await InParallelAsync(connectionString, loads.OrderByDescending(load => load.Rows).Select(load => Insert(db.Model, load)), _hands);
        await InParallelAsync(connectionString, indexes.Select(index => index.Sql), _hands);
        await InParallelAsync(connectionString, provider == DatabaseProvider.Sqlite ? ["PRAGMA wal_checkpoint(TRUNCATE)"] : ["ANALYZE"], hands: 1);
    }

    private string Insert(IModel model, Load load)
    {
        var entity = model.FindEntityType(load.Entity)!;
        var columns = entity.GetProperties().Select(property => property.GetColumnName()).ToList();
        var values = columns.Select(column => load.Columns.TryGetValue(column, out var expression) ? expression : $"t.\"{column}\"");
        var missing = load.Columns.Keys.Except(columns, StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, $"{entity.ShortName()} has no column {string.Join(", ", missing)}.");
        var forms = new SqlForms(provider, server.Clock.Now);
        var key = load.Template is Guid id ? forms.Key(id) : $"{load.Template}";
        return $"""
            INSERT INTO "{entity.GetTableName()}" ({string.Join(", ", columns.Select(column => $"\"{column}\""))})
            SELECT {string.Join(", ", values)} FROM (SELECT * FROM "{entity.GetTableName()}" WHERE "Id" = {key}) AS t, {forms.Numbers(load.Rows)}
            """;
    }

    private async Task<List<(string Name, string Sql)>> IndexesAsync(string connectionString, List<string> tables)
    {
        var names = string.Join(", ", tables.Select(table => $"'{table}'"));
        await using var connection = await OpenAsync(connectionString);
        await using var command = connection.CreateCommand();
        command.CommandText = provider == DatabaseProvider.Sqlite
            ? $"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})"
            : $"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({names}) AND indexname NOT LIKE 'PK%'";
        var indexes = new List<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            indexes.Add((reader.GetString(0), reader.GetString(1)));
        }

        return indexes;
    }

    private async Task InParallelAsync(string connectionString, IEnumerable<string> statements, int hands)
    {
        var left = new ConcurrentQueue<string>(statements);
        await Task.WhenAll(Enumerable.Range(0, hands).Select(async _ =>
        {
            await using var connection = await OpenAsync(connectionString);
            await using var command = connection.CreateCommand();
            command.CommandTimeout = 0;
            while (left.TryDequeue(out var statement))
            {
                command.CommandText = statement;
                await command.ExecuteNonQueryAsync(Cancellation);
            }
        }));
    }

    private async Task<DbConnection> OpenAsync(string connectionString)
    {
        DbConnection connection = provider == DatabaseProvider.Sqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString())
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = provider == DatabaseProvider.Sqlite
            ? "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY"
            : "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET max_parallel_maintenance_workers = 0";
        await command.ExecuteNonQueryAsync(Cancellation);
        return connection;
    }
}
