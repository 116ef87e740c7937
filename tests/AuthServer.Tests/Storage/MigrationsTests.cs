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

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "ef_temp_SigningKeys")]
    [InlineData(DatabaseProvider.PostgreSql, "IX_Revocations_Cause_At")]
    public async Task A_migration_that_breaks_off_leaves_nothing_and_can_be_begun_again(DatabaseProvider provider, string inTheWay)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(provider);
        await using var storage = new TestStorage(database, new MovableClock());

        // Bears the name of something that a later migration makes: on SQLite in the midst, where EF by itself has committed half of it.
        await ExecuteAsync(storage, $"""CREATE TABLE "{inTheWay}" ("Id" integer)""");
        await Assert.ThrowsAsync<StartupException>(storage.PrepareAsync);
        await ExecuteAsync(storage, $"""DROP TABLE "{inTheWay}" """);

        await storage.PrepareAsync();

        Assert.Empty(await storage.ReadAsync(db => db.Database.GetPendingMigrationsAsync()));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task An_upgrade_keeps_what_is_there(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(provider);
        await using var storage = new TestStorage(database, new MovableClock());
        await using (var db = storage.NewContext())
        {
            await db.Database.MigrateAsync("Initial", TestContext.Current.CancellationToken);
        }

        await ExecuteAsync(storage, """INSERT INTO "SigningKeys" ("Kid", "Alg", "SealedKey", "CreatedAt") VALUES ('old', 'ES256', 'sealed', '2026-01-02 03:04:05')""");

        await storage.PrepareAsync();

        var key = await storage.ReadAsync(db => db.SigningKeys.SingleAsync());
        Assert.Equal(("old", "ES256", null), (key.Kid, key.Alg, key.PublicKey));
        Assert.Empty(await storage.ReadAsync(db => db.Database.GetPendingMigrationsAsync()));
    }

    private static Task<int> ExecuteAsync(TestStorage storage, string statement) =>
        storage.Writes.RunAsync((db, token) => db.Database.ExecuteSqlRawAsync(statement, token), TestContext.Current.CancellationToken);
}
