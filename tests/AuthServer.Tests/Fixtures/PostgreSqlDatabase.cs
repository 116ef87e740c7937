using AuthServer.Database;
using Npgsql;

namespace AuthServer.Tests.Fixtures;

/// <summary>A database in the PostgreSQL that <c>tests/run</c> started.</summary>
internal sealed class PostgreSqlDatabase : TestDatabase
{
    private static readonly Lazy<Task<PostgreSqlDatabase>> Template = new(CreateTemplateAsync);

    private readonly string _name;

    private PostgreSqlDatabase(string name)
        : base(DatabaseProvider.PostgreSql, new NpgsqlConnectionStringBuilder(Server) { Database = name, MaxPoolSize = 40, MaxAutoPrepare = 100 }.ToString())
    {
        _name = name;
    }

    private static string Server => Environment.GetEnvironmentVariable("AUTHSERVER_TEST_POSTGRES") is { Length: > 0 } server
        ? server
        : throw new InvalidOperationException("AUTHSERVER_TEST_POSTGRES names no PostgreSQL: run tests/run, which starts one.");

    public static Task<PostgreSqlDatabase> CreateEmptyAsync() => CreateFromAsync("template0");

    public static async Task<PostgreSqlDatabase> CopyAsync() => await CreateFromAsync((await Template.Value)._name);

    public static async Task DropTemplateAsync()
    {
        if (Template is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await Template.Value).DisposeAsync();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        ClearPool();
        await ExecuteAsync($"DROP DATABASE \"{_name}\" WITH (FORCE)");
    }

    private static async Task<PostgreSqlDatabase> CreateFromAsync(string template)
    {
        var database = new PostgreSqlDatabase($"authserver_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}");
        await ExecuteAsync($"CREATE DATABASE \"{database._name}\" TEMPLATE \"{template}\"");
        return database;
    }

    private static async Task<PostgreSqlDatabase> CreateTemplateAsync()
    {
        var template = await CreateEmptyAsync();
        await template.MigrateAsync();

        // A database that somebody is connected to cannot be copied.
        template.ClearPool();
        await ExecuteAsync($"ALTER DATABASE \"{template._name}\" ALLOW_CONNECTIONS false");
        return template;
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private void ClearPool()
    {
        using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
