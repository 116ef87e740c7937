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

    [Fact]
    public async Task Migrations_that_break_off_leave_nothing_in_a_file_and_can_be_begun_again()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseProvider.Sqlite);
        await using var storage = new TestStorage(database, new MovableClock());

        // Bears the name of something that the last migration makes.
        await ExecuteAsync(storage, """CREATE TABLE "IX_Revocations_Cause_At" ("Id" integer)""");
        await Assert.ThrowsAsync<StartupException>(storage.PrepareAsync);
        Assert.Empty(await storage.ReadAsync(db => db.Database.GetAppliedMigrationsAsync()));
        await ExecuteAsync(storage, """DROP TABLE "IX_Revocations_Cause_At" """);

        await storage.PrepareAsync();

        Assert.Empty(await storage.ReadAsync(db => db.Database.GetPendingMigrationsAsync()));
    }

    /// <summary>EF's own lock is a row in the file, which stays when its process is killed; whoever waits for it then waits for ever.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_lock_that_a_killed_start_left_in_the_file_is_not_waited_for()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseProvider.Sqlite);
        await using var storage = new TestStorage(database, new MovableClock());
        await ExecuteAsync(storage, """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL)""");
        await ExecuteAsync(storage, """INSERT INTO "__EFMigrationsLock" ("Id", "Timestamp") VALUES (1, '2026-01-02 03:04:05')""");

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
