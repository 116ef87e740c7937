using AuthServer.Database;
using Microsoft.Data.Sqlite;

namespace AuthServer.Tests.Fixtures;

/// <summary>A SQLite file in a directory of its own.</summary>
internal sealed class SqliteDatabase : TestDatabase
{
    private static readonly Lazy<Task<SqliteDatabase>> Template = new(CreateTemplateAsync);

    private readonly string _directory;

    private SqliteDatabase(string directory)
        : base(DatabaseProvider.Sqlite, new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, "test.db") }.ToString())
    {
        _directory = directory;
    }

    private string File => Path.Combine(_directory, "test.db");

    public static SqliteDatabase CreateEmpty() => new(Directory.CreateTempSubdirectory("authserver-").FullName);

    public static async Task<SqliteDatabase> CopyAsync()
    {
        var template = await Template.Value;
        var copy = CreateEmpty();
        System.IO.File.Copy(template.File, copy.File);
        return copy;
    }

    public static async Task DropTemplateAsync()
    {
        if (Template is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await Template.Value).DisposeAsync();
        }
    }

    public override ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<SqliteDatabase> CreateTemplateAsync()
    {
        var template = CreateEmpty();
        await template.MigrateAsync();
        await using var connection = new SqliteConnection(template.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();

        // So that the file alone is the whole database.
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE);";
        await command.ExecuteNonQueryAsync();
        await connection.CloseAsync();
        SqliteConnection.ClearPool(connection);
        return template;
    }
}
