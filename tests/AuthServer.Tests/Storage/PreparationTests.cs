using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Storage;

/// <summary>What a start asks of the database below EF (docs/decisions/0021), and that it says the same as EF would.</summary>
public abstract class PreparationTests(DatabaseProvider provider) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private TestStorage _storage = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateEmptyAsync(provider);
        _storage = new TestStorage(_database, new MovableClock());
        await _storage.PrepareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_database_that_is_ready_is_asked_once()
    {
        _storage.Watch.Statements.Clear();
        var commits = _storage.Watch.Commits;

        await _storage.PrepareAsync();

        Assert.Contains("__EFMigrationsHistory", Assert.Single(_storage.Watch.Statements), StringComparison.Ordinal);
        Assert.Equal(0, _storage.Watch.Commits - commits);
    }

    [Fact]
    public async Task The_migrations_are_those_that_EF_finds()
    {
        await using var db = _storage.NewContext();
        Assert.Equal(db.Database.GetMigrations(), KnownMigrations.Ids(provider).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_migration_that_this_server_does_not_know_stops_the_start()
    {
        await ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('99990101000000_Later', '99')""");

        var refused = await Assert.ThrowsAsync<StartupException>(() => _storage.PrepareAsync());

        Assert.Contains("99990101000000_Later", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_is_missing_is_not_taken_for_applied()
    {
        await ExecuteAsync("""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = (SELECT MAX("MigrationId") FROM "__EFMigrationsHistory")""");

        // To apply it again is what the database refuses.
        await Assert.ThrowsAsync<StartupException>(() => _storage.PrepareAsync());
    }

    [Fact]
    public async Task An_installation_that_is_missing_is_made()
    {
        await ExecuteAsync("""DELETE FROM "Installation" """);

        await _storage.PrepareAsync();

        Assert.Equal(1, await _storage.ReadAsync(db => db.Installation.CountAsync()));
    }

    [Fact]
    public async Task Signing_keys_are_read_as_EF_reads_them()
    {
        var now = new DateTime(2026, 5, 4, 3, 2, 1, 123, DateTimeKind.Utc).AddMicroseconds(456);
        await _storage.Writes.RunAsync(
            (db, token) =>
            {
                db.SigningKeys.Add(new SigningKey { Kid = "a", Alg = "ES256", SealedKey = [1, 2], PublicKey = [3], CreatedAt = now, SignsFrom = now.AddDays(1) });
                db.SigningKeys.Add(new SigningKey { Kid = "b", Alg = "RS256", CreatedAt = now });
                return db.SaveChangesAsync(token);
            },
            TestContext.Current.CancellationToken);
        await ExecuteAsync("""UPDATE "SigningKeys" SET "WithdrawnAt" = "CreatedAt" WHERE "Kid" = 'b'""");

        var plain = await _storage.Reader.ReadAsync(
            $"""SELECT {SigningKey.Columns} FROM "SigningKeys" k ORDER BY k."Kid" """, row => SigningKey.Read(row, 0), TestContext.Current.CancellationToken);

        Assert.Equivalent(await _storage.ReadAsync(db => db.SigningKeys.AsNoTracking().OrderBy(key => key.Kid).ToListAsync()), plain, strict: true);
        Assert.All(plain, key => Assert.Equal(DateTimeKind.Utc, key.CreatedAt.Kind));
    }

    private Task<int> ExecuteAsync(string statement) =>
        _storage.Writes.RunAsync((db, token) => db.Database.ExecuteSqlRawAsync(statement, token), TestContext.Current.CancellationToken);
}

public sealed class SqlitePreparationTests() : PreparationTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlPreparationTests() : PreparationTests(DatabaseProvider.PostgreSql);
