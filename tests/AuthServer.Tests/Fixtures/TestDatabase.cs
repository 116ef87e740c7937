using AuthServer.Database;
using AuthServer.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(DatabaseTemplates))]

namespace AuthServer.Tests.Fixtures;

/// <summary>A database of a test's own: empty, migrated, with its installation row; gone when disposed.</summary>
public abstract class TestDatabase(DatabaseProvider provider, string connectionString) : IAsyncDisposable
{
    public DatabaseProvider Provider => provider;

    public string ConnectionString => connectionString;

    /// <summary>What the host's configuration says about it.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Configuration =>
    [
        new($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Provider)}", Provider.ToString()),
        new($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ConnectionString)}", ConnectionString),
    ];

    /// <summary>A copy of a template that was migrated once.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider) => provider == DatabaseProvider.Sqlite
        ? await SqliteDatabase.CopyAsync()
        : await PostgreSqlDatabase.CopyAsync();

    /// <summary>One without tables.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(DatabaseProvider provider) => provider == DatabaseProvider.Sqlite
        ? SqliteDatabase.CreateEmpty()
        : await PostgreSqlDatabase.CreateEmptyAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>Migrates it as the host does at its start.</summary>
    protected async Task MigrateAsync()
    {
        await using var storage = new TestStorage(this, new MovableClock());
        await storage.PrepareAsync();
    }
}
