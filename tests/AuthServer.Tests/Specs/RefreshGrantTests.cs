using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 6749 §6, RFC 9700 §4.14.2: rotation, the leeway in which everybody converges, and replay.</summary>
public abstract class RefreshGrantTests(AuthServerFactory server) : SpecFacts(server)
{
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Oidcc_refresh_token()
    {
        var request = Web.Request().With("prompt", "consent");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);
        var first = (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromSeconds(10));

        var second = (await Web.RefreshAsync(first.RefreshToken)).ShouldBeOk();

        var (before, after) = (new JsonWebToken(first.IdToken), new JsonWebToken(second.IdToken));
        foreach (var name in new[] { "iss", "sub", "aud", "auth_time", "sid", "amr" })
        {
            Assert.Equal(before.GetClaim(name).Value, after.GetClaim(name).Value);
        }

        Assert.True(after.IssuedAt > before.IssuedAt);
        Assert.DoesNotContain(after.Claims, claim => claim.Type == "nonce");
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.True(first.RefreshToken.Length >= 96 / 6);
        Assert.Equal("no-store", second.Header("Cache-Control"));
        (await Shop.RefreshAsync(second.RefreshToken)).ShouldBeInvalidGrant();
        await Web.ShouldBeAliveAsync(second);
    }

    [Fact]
    public async Task Within_the_leeway_the_token_before_converges_on_the_current()
    {
        var first = (await Web.SignInAsync(Alice)).Answer;
        var second = (await Web.RefreshAsync(first.RefreshToken)).ShouldBeOk();
        Clock.Advance(Leeway);

        var retried = (await Web.RefreshAsync(first.RefreshToken)).ShouldBeOk();

        // Past the leeway only the current token is good: both hold it.
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Web.ShouldBeAliveAsync(second);
        await Web.ShouldBeAliveAsync(retried);
    }

    [Fact]
    public async Task A_replay_after_the_leeway_withdraws_the_family_and_no_other()
    {
        var tokens = await Web.SignInAsync(Alice);
        var sibling = await Web.SignInAsync(tokens.Browser, Alice);
        var otherClient = await Shop.SignInAsync(tokens.Browser, Alice);
        var current = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Clock.Advance(Leeway + TimeSpan.FromSeconds(1));

        (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();

        await Web.ShouldBeDeadAsync(current);
        await Web.ShouldBeDeadAsync(tokens);
        await Web.ShouldBeAliveAsync(sibling);
        await Shop.ShouldBeAliveAsync(otherClient);
    }

    [Fact]
    public async Task A_token_two_generations_old_is_a_replay_even_at_once()
    {
        var first = (await Web.SignInAsync(Alice)).Answer;
        var second = (await Web.RefreshAsync(first.RefreshToken)).ShouldBeOk();
        var third = (await Web.RefreshAsync(second.RefreshToken)).ShouldBeOk();

        (await Web.RefreshAsync(first.RefreshToken)).ShouldBeInvalidGrant();

        await Web.ShouldBeDeadAsync(third);
    }

    [Fact]
    public async Task Another_clients_replay_withdraws_nothing()
    {
        var tokens = await Web.SignInAsync(Alice);
        var current = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Clock.Advance(Leeway * 2);

        (await Shop.RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();

        await Web.ShouldBeAliveAsync(current);
    }

    [Fact]
    public async Task A_scope_less_is_given_for_this_token_alone()
    {
        var tokens = await Web.SignInAsync(Alice, "openid profile orders.read");

        var narrow = (await Web.RefreshAsync(tokens.RefreshToken, "orders.read")).ShouldBeOk();
        Assert.Equal(("orders.read", null), (narrow.Scope, narrow.Member("id_token")));
        Assert.Equal("orders.read", (await Web.IntrospectAsync(narrow.AccessToken)).Scope);

        Assert.Equal("openid profile orders.read", (await Web.RefreshAsync(narrow.RefreshToken)).ShouldBeOk().Scope);
    }

    [Fact]
    public async Task A_scope_more_is_refused_and_uses_up_nothing()
    {
        var tokens = await Web.SignInAsync(Alice, "openid orders.read");

        (await Web.RefreshAsync(tokens.RefreshToken, "openid orders.write")).ShouldBe(HttpStatusCode.BadRequest, "invalid_scope");

        Clock.Advance(Leeway * 2);
        (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task A_refresh_token_that_is_not_used_for_thirty_days_is_dead()
    {
        var tokens = await Web.SignInAsync(Alice, "openid offline_access");
        Clock.Advance(TimeSpan.FromDays(29));
        var refreshed = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromDays(30));

        await Web.ShouldBeDeadAsync(refreshed);
    }

    [Fact]
    public async Task A_family_is_dead_after_a_year_however_often_it_was_refreshed()
    {
        var answer = (await Web.SignInAsync(Alice, "openid offline_access")).Answer;
        for (var day = 0; day < 364; day += 28)
        {
            answer = (await Web.RefreshAsync(answer.RefreshToken)).ShouldBeOk();
            Clock.Advance(TimeSpan.FromDays(28));
        }

        answer = (await Web.RefreshAsync(answer.RefreshToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromDays(1));

        await Web.ShouldBeDeadAsync(answer);
    }

    [Fact]
    public async Task Without_offline_access_it_lives_inside_its_session_and_keeps_it_awake()
    {
        var tokens = (await Web.SignInAsync(Alice, "openid")).Answer;
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(90));
            tokens = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        }

        Clock.Advance(TimeSpan.FromHours(2));

        await Web.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task With_offline_access_it_outlives_its_sessions_end()
    {
        var tokens = await Web.SignInAsync(Alice, "openid offline_access");
        Clock.Advance(TimeSpan.FromHours(13));

        var refreshed = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        await Web.ShouldBeAliveAsync(refreshed);
        Assert.False(await tokens.Browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_changed_token_is_refused_without_asking_the_database_for_it()
    {
        var tokens = await Web.SignInAsync(Alice);
        var forged = tokens.RefreshToken[..40] + (tokens.RefreshToken[40] == 'A' ? 'B' : 'A') + tokens.RefreshToken[41..];

        (await Web.RefreshAsync(forged)).ShouldBeInvalidGrant();

        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Refreshing_adds_no_row()
    {
        var answer = (await Web.SignInAsync(Alice)).Answer;
        var before = await RowsAsync();
        for (var i = 0; i < 5; i++)
        {
            answer = (await Web.RefreshAsync(answer.RefreshToken)).ShouldBeOk();
        }

        Assert.Equal(before, await RowsAsync());
    }

    private Task<int> RowsAsync() => Server.ReadAsync(async db =>
        await db.TokenFamilies.CountAsync() + await db.Grants.CountAsync() + await db.RevokedAccessTokens.CountAsync() + await db.Revocations.CountAsync(r => r.Completes == null));
}

public sealed class SqliteRefreshGrantTests(SqliteServer server) : RefreshGrantTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlRefreshGrantTests(PostgreSqlServer server) : RefreshGrantTests(server), IClassFixture<PostgreSqlServer>;
