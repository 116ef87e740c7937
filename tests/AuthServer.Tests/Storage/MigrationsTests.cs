using AuthServer.Database;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Storage;

/// <summary>The generated migrations and the model say the same.</summary>
public sealed class MigrationsTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task Every_change_of_the_model_has_its_migration(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(provider);
        await using var storage = new TestStorage(database, new MovableClock());
        await using var db = storage.NewContext();
        Assert.False(db.Database.HasPendingModelChanges(), "The model has changes without a migration: CONTRIBUTING.md says how to generate it.");
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task Migrations_apply_to_an_empty_database_and_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(provider);
        await using var storage = new TestStorage(database, new MovableClock());
        await storage.PrepareAsync();
        var epoch = await storage.ReadAsync(db => db.Installation.Select(i => i.Epoch).SingleAsync());

        await storage.PrepareAsync();

        Assert.Empty(await storage.ReadAsync(db => db.Database.GetPendingMigrationsAsync()));
        Assert.Equal(epoch, await storage.ReadAsync(db => db.Installation.Select(i => i.Epoch).SingleAsync()));
        Assert.Equal(0, await storage.ReadAsync(db => db.TokenFamilies.CountAsync()));
    }
}
