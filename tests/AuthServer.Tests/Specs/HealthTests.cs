using System.Net;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Specs;

/// <summary>What a balancer asks: whether the process lives, and whether it can do its work.</summary>
public abstract class HealthFacts(AuthServerFactory server) : SpecFacts(server), IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_server_that_can_work_is_ready()
    {
        var ready = await AskAsync("ready");

        Assert.Equal(
            (HttpStatusCode.OK, """{"database":"healthy","deliveries":"healthy","history":"healthy","keys":"healthy","status":"healthy"}"""), (ready.Status, ready.Text));
    }

    [Fact]
    public async Task Without_its_database_it_lives_and_is_not_ready()
    {
        Server.Watch.BeforeStatement = _ => throw new InjectedFault();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync("live")).Status);
        var ready = await AskAsync("ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unhealthy"), (ready.Status, ready.Member("database")));

        Server.Watch.BeforeStatement = null;
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("ready")).Status);
    }

    [Fact]
    public async Task A_schema_of_another_version_is_not_ready()
    {
        await WriteAsync($"""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('99990101000000_Newer', '10.0.0')""");

        Assert.Equal("unhealthy", (await AskAsync("ready")).Member("database"));
    }

    [Fact]
    public async Task A_backlog_of_notices_is_told_and_turns_nobody_away()
    {
        var told = await ToldClient.RegisterAsync(Server);
        await (await told.Party.SignInAsync(Alice)).Browser.SignOutAsync();

        Clock.Advance(TimeSpan.FromMinutes(16));

        var ready = await AskAsync("ready");
        Assert.Equal((HttpStatusCode.OK, "degraded"), (ready.Status, ready.Member("deliveries")));
    }

    [Fact]
    public async Task A_backup_that_was_put_back_is_noticed_and_once_said_everything_before_it_is_dead()
    {
        var (web, machine) = (await Web.SignInAsync(Alice), (await Server.Client("machine").ClientCredentialsAsync()).ShouldBeOk());
        var backup = await FamilyAsync();
        var newer = (await Web.RefreshAsync(web.RefreshToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromMinutes(1));
        var newest = (await Web.RefreshAsync(newer.RefreshToken)).ShouldBeOk();
        await WriteAsync($"""UPDATE "TokenFamilies" SET "Generation" = {backup.Generation}, "Stamp" = {backup.Stamp}, "RotatedAt" = {backup.RotatedAt}""");

        (await Web.RefreshAsync(newest.RefreshToken)).ShouldBeInvalidGrant();

        Assert.Equal((Status.Valid, backup.Generation), ((await FamilyAsync()).Status, (await FamilyAsync()).Generation));
        var ready = await AskAsync("ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unhealthy"), (ready.Status, ready.Member("history")));

        var receipt = await Server.WithdrawAsync(new RevocationTarget.Installation(), RevocationCause.Restored);

        Assert.Equal((1, 1), (receipt.Entry!.Sessions, receipt.Entry.Families));
        await Web.ShouldBeDeadAsync(web);
        Assert.Equal("""{"active":false}""", (await Api.IntrospectAsync(machine.AccessToken)).ShouldBeOk().Text);
        Assert.False(await web.Browser.IsSignedInAsync());
        await Web.ShouldBeAliveAsync(await Web.SignInAsync(Alice));
    }

    private Task<Answer> AskAsync(string what) => Web.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/healthz/{what}"));

    private Task<TokenFamily> FamilyAsync() => Server.ReadAsync(db => db.TokenFamilies.AsNoTracking().SingleAsync(Cancellation));

    private Task<int> WriteAsync(FormattableString sql) => Server.Services.GetRequiredService<Writes>().RunAsync((db, token) => db.Database.ExecuteSqlAsync(sql, token), Cancellation);
}

public sealed class SqliteHealthTests() : HealthFacts(new SqliteServer());

public sealed class PostgreSqlHealthTests() : HealthFacts(new PostgreSqlServer());
