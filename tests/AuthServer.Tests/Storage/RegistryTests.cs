using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Storage;

/// <summary>Clients and scopes are remembered at a version, and every change is another version (docs/decisions/0020).</summary>
public abstract class RegistryFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    [Fact]
    public async Task Every_change_of_a_client_or_scope_steps_the_version_whoever_makes_it()
    {
        var client = NewClient();
        await StepsAsync(db => db.Clients.Add(client));
        await StepsAsync((db, token) => db.Clients.Where(c => c.Id == client.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.Scope, "openid"), token));
        await StepsAsync((db, token) => db.Database.ExecuteSqlAsync($"""UPDATE "Clients" SET "ClientName" = 'Another'""", token));
        await StepsAsync((db, token) => db.Clients.ExecuteDeleteAsync(token));
        await StepsAsync(db => db.Scopes.Add(new Scope { Name = "orders.read", Description = "Read your orders" }));
        await StepsAsync((db, token) => db.Scopes.ExecuteUpdateAsync(set => set.SetProperty(s => s.Description, "Read them all"), token));
        await StepsAsync((db, token) => db.Scopes.ExecuteDeleteAsync(token));
    }

    [Fact]
    public async Task Nothing_else_steps_it()
    {
        var before = await VersionAsync();
        await Writes.RunAsync(
            async (db, token) =>
            {
                db.Add(new User { UserName = "alice@example.com" });
                await db.SaveChangesAsync(token);
            },
            Cancellation);
        Assert.Equal(before, await VersionAsync());
    }

    [Fact]
    public async Task At_another_version_what_is_remembered_is_read_again()
    {
        var registry = new Registry(Storage.Contexts);
        var client = NewClient();
        await StepsAsync(db => db.Clients.Add(client));
        var version = await VersionAsync();
        Assert.Null(registry.Recall("web"));
        Assert.Equal("", (await registry.FindAsync("web", version, Cancellation))!.Scope);

        await StepsAsync((db, token) => db.Clients.ExecuteUpdateAsync(set => set.SetProperty(c => c.Scope, "openid"), token));
        Assert.Equal(version, registry.Recall("web")?.Version);
        Assert.Equal("openid", (await registry.FindAsync(client.Id, await VersionAsync(), Cancellation))!.Scope);
        Assert.NotEqual(version, registry.Recall("web")?.Version);

        await StepsAsync((db, token) => db.Clients.ExecuteDeleteAsync(token));
        Assert.Null(await registry.FindAsync("web", await VersionAsync(), Cancellation));
    }

    [Fact]
    public async Task A_version_that_is_rolled_back_was_never_there()
    {
        var before = await VersionAsync();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Writes.RunAsync(
            async (db, token) =>
            {
                db.Clients.Add(NewClient());
                await db.SaveChangesAsync(token);
                throw new TimeZoneNotFoundException();
            },
            Cancellation));
        Assert.Equal(before, await VersionAsync());
    }

    private Client NewClient() => new() { Id = Guid.CreateVersion7(Clock.GetUtcNow()), ClientId = "web", TokenEndpointAuthMethod = "none", CreatedAt = Clock.Now };

    private async Task<long> VersionAsync() => (await Storage.Liveness.ReadInstallationAsync(Cancellation)).RegistryVersion;

    private Task StepsAsync(Action<AuthServerDbContext> change) => StepsAsync((db, token) =>
    {
        change(db);
        return db.SaveChangesAsync(token);
    });

    private async Task StepsAsync(Func<AuthServerDbContext, CancellationToken, Task<int>> change)
    {
        var before = await VersionAsync();
        Assert.Equal(1, await Writes.RunAsync(change, Cancellation));
        Assert.NotEqual(before, await VersionAsync());
    }
}

public sealed class SqliteRegistry() : RegistryFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRegistry() : RegistryFacts(DatabaseProvider.PostgreSql);
