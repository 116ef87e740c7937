using System.Net;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Import;

/// <summary>DESIGN §9: an import never brings back what was withdrawn since. Each server here is one more start with the same import file.</summary>
public abstract class DeletedSinceTests(DatabaseProvider provider) : IAsyncLifetime
{
    private readonly Start _first = new(provider);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _first.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Who_was_deleted_is_not_there_again_after_the_next_start()
    {
        await ShouldBeThereAsync(_first);
        await DeleteAsync(_first);

        await using var next = await StartAgainAsync();

        await ShouldBeGoneAsync(next);
        Assert.NotNull((await new Browser(next).SignInAsync(Person.Bob)).Location);
        (await next.Client("opaque").ClientCredentialsAsync()).ShouldBeOk();
        var line = Assert.Single(next.Log.Lines, line => line.EventId == 3002);
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Contains("0 scope(s), 1 client(s) and 1 user(s)", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mallory", line.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Of_who_was_deleted_no_name_stays_behind()
    {
        await DeleteAsync(_first);

        Assert.False(await _first.ReadAsync(db => db.Users.AnyAsync(user => user.NormalizedEmail == "MALLORY@EXAMPLE.COM", Cancellation)));
        var kept = await _first.ReadAsync(db => db.Database.SqlQueryRaw<string>("""SELECT "Kind" AS "Value" FROM "ImportedItems" """).ToListAsync(Cancellation));
        Assert.Equal(4, kept.Count(kind => kind == "user"));
    }

    [Fact]
    public async Task What_a_version_without_records_has_imported_is_met_at_the_next_start()
    {
        // As a database is that was upgraded: everything there, nothing written down about it.
        await _first.Services.GetRequiredService<Writes>().RunAsync(
            (db, token) => db.Database.ExecuteSqlRawAsync("""DELETE FROM "ImportedItems" """, token), Cancellation);

        await using var upgraded = await StartAgainAsync();
        await ShouldBeThereAsync(upgraded);
        await DeleteAsync(upgraded);

        await using var next = await StartAgainAsync();
        await ShouldBeGoneAsync(next);
    }

    [Fact]
    public async Task A_start_that_finds_everything_in_order_asks_once_and_writes_nothing()
    {
        await using var next = await StartAgainAsync();

        var asked = Assert.Single(next.Watch.Statements, statement => statement.Contains("\"ImportedItems\"", StringComparison.Ordinal));
        Assert.StartsWith("SELECT", asked, StringComparison.Ordinal);
        Assert.DoesNotContain(next.Log.Lines, line => line.EventId is 3001 or 3002);
    }

    private static async Task ShouldBeThereAsync(AuthServerFactory server)
    {
        Assert.NotNull((await new Browser(server).SignInAsync(Person.Mallory)).Location);
        (await server.Client("machine").ClientCredentialsAsync()).ShouldBeOk();
    }

    private static async Task ShouldBeGoneAsync(AuthServerFactory server)
    {
        Assert.Null((await new Browser(server).SignInAsync(Person.Mallory)).Location);
        (await server.Client("machine").ClientCredentialsAsync()).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
    }

    private static async Task DeleteAsync(AuthServerFactory server)
    {
        var admin = new Browser(server);
        await admin.SignInAsync(Person.Alice);
        var user = await server.ReadAsync(db => db.Users.Where(u => u.Email == Person.Mallory.Email).Select(u => u.Id).SingleAsync(Cancellation));
        var client = await server.ReadAsync(db => db.Clients.Where(c => c.ClientId == "machine").Select(c => c.Id).SingleAsync(Cancellation));
        (await admin.CallAsync(HttpMethod.Delete, $"/api/users/{user}")).ShouldBeOk();
        (await admin.CallAsync(HttpMethod.Delete, $"/api/clients/{client}")).ShouldBeOk();
    }

    private async Task<Start> StartAgainAsync()
    {
        var next = new Start(provider, _first);
        await next.InitializeAsync();
        return next;
    }

    private sealed class Start(DatabaseProvider provider, AuthServerFactory? before = null) : AuthServerFactory(provider, beside: before);
}

public sealed class SqliteDeletedSinceTests() : DeletedSinceTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlDeletedSinceTests() : DeletedSinceTests(DatabaseProvider.PostgreSql);
