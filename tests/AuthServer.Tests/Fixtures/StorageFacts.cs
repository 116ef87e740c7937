using AuthServer.Database;
using AuthServer.Grants;

namespace AuthServer.Tests.Fixtures;

/// <summary>Facts about storage hold on both databases: each test has a fresh one.</summary>
public abstract class StorageFacts(DatabaseProvider provider) : IAsyncLifetime
{
    private TestDatabase? _database;
    private TestStorage? _storage;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected MovableClock Clock { get; } = new();

    protected TestStorage Storage => _storage ?? throw new InvalidOperationException("Not initialized.");

    protected Writes Writes => Storage.Writes;

    protected Watch Watch => Storage.Watch;

    protected Seed Seed => new(Storage);

    public virtual async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _storage = new TestStorage(_database, Clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
