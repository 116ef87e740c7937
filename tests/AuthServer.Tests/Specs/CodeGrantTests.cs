using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 6749 §4.1.3 and §5, RFC 7636 §4.6, RFC 9700 §4.8: a code is used once, by whom it was made for.</summary>
public abstract class CodeGrantTests(AuthServerFactory server) : SpecFacts(server)
{
    [Fact]
    public async Task Oidcc_server()
    {
        var answer = (await Web.SignInAsync(Alice)).Answer;

        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal(("Bearer", "600"), (answer.Member("token_type"), answer.Member("expires_in")));
        Assert.Equal(Web.Registration.Scope, answer.Scope);
        await Web.ShouldBeAliveAsync(answer);
    }

    [Theory]
    [InlineData("spa")] // oidcc-ensure-request-with-valid-pkce-succeeds
    [InlineData("shop")] // oidcc-server-client-secret-post
    [InlineData("opaque")]
    [InlineData("desktop")]
    public async Task Every_kind_of_client_gets_tokens(string clientId)
    {
        var client = Server.Client(clientId);
        var tokens = await client.SignInAsync(Alice);

        await client.ShouldBeAliveAsync(tokens);
        (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task A_client_without_the_refresh_grant_gets_no_refresh_token()
    {
        var once = Server.Client("once");
        var tokens = await once.SignInAsync(Alice);

        Assert.Null(tokens.Answer.Member("refresh_token"));
        await once.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Without_openid_there_is_no_id_token()
    {
        var tokens = await Web.SignInAsync(Alice, "orders.read");

        Assert.Null(tokens.Answer.Member("id_token"));
        (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBe(HttpStatusCode.Forbidden, "insufficient_scope");
    }

    [Fact]
    public async Task A_confidential_client_may_do_without_pkce()
    {
        var request = Web.Request().Without("code_challenge", "code_challenge_method");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
    }

    [Fact]
    public async Task A_verifier_for_a_code_without_challenge_shows_a_downgrade()
    {
        var request = Web.Request();
        var stripped = request.Without("code_challenge", "code_challenge_method");
        var arrival = await NewBrowser().VisitAsync(stripped.Url, Alice);

        (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeInvalidGrant();
    }

    [Fact]
    public async Task Another_client_cannot_redeem_a_code_nor_burn_it()
    {
        var (code, request) = await Web.GetCodeAsync(Alice);

        (await Shop.RedeemAsync(code, request)).ShouldBeInvalidGrant();
        (await Web.RedeemAsync(code, request)).ShouldBeOk();
    }

    [Theory]
    [InlineData("redirect_uri", "https://web.example/other")]
    [InlineData("redirect_uri", null)]
    [InlineData("code_verifier", "0123456789012345678901234567890123456789012")]
    [InlineData("code_verifier", null)]
    public async Task A_request_that_does_not_fit_burns_no_code(string name, string? value)
    {
        var (code, request) = await Web.GetCodeAsync(Alice);
        (string Name, string? Value)[] form =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request["redirect_uri"]), ("code_verifier", request.Verifier)];

        (await Web.PostAsync("/connect/token", form.Select(f => f.Name == name ? (name, value) : f))).ShouldBeInvalidGrant();
        (await Web.PostAsync("/connect/token", form)).ShouldBeOk();
    }

    [Fact]
    public async Task Oidcc_codereuse()
    {
        var tokens = await Web.SignInAsync(Alice);
        var refreshed = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();

        (await Web.RedeemAsync(tokens.Code, tokens.Request)).ShouldBeInvalidGrant();

        await Web.ShouldBeDeadAsync(tokens);
        await Web.ShouldBeDeadAsync(refreshed);
    }

    [Fact]
    public async Task Oidcc_codereuse_30seconds()
    {
        var tokens = await Web.SignInAsync(Alice);
        var other = await Web.SignInAsync(tokens.Browser, Alice);
        Clock.Advance(TimeSpan.FromSeconds(30));

        (await Web.RedeemAsync(tokens.Code, tokens.Request)).ShouldBeInvalidGrant();

        await Web.ShouldBeDeadAsync(tokens);
        await Web.ShouldBeAliveAsync(other);
    }

    [Fact]
    public async Task A_code_replayed_after_its_own_minute_is_still_a_replay()
    {
        var tokens = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromMinutes(5));

        (await Web.RedeemAsync(tokens.Code, tokens.Request)).ShouldBeInvalidGrant();

        await Web.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task A_replay_by_somebody_else_or_without_verifier_withdraws_nothing()
    {
        var tokens = await Web.SignInAsync(Alice);

        (await Shop.RedeemAsync(tokens.Code, tokens.Request)).ShouldBeInvalidGrant();
        (await Web.RedeemAsync(tokens.Code, tokens.Request.Without("code_challenge"))).ShouldBeInvalidGrant();

        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Twenty_redemptions_at_once_give_tokens_once_and_end_dead()
    {
        var (code, request) = await Web.GetCodeAsync(Alice);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Web.RedeemAsync(code, request)));

        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer != won), answer => answer.ShouldBeInvalidGrant());
        await Web.ShouldBeDeadAsync(won);
    }

    [Fact]
    public async Task A_code_expires_after_a_minute()
    {
        var (code, request) = await Web.GetCodeAsync(Alice);
        var (late, lateRequest) = await Web.GetCodeAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(59));
        (await Web.RedeemAsync(code, request)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await Web.RedeemAsync(late, lateRequest)).ShouldBeInvalidGrant();
    }

    [Fact]
    public async Task A_code_of_a_session_that_has_ended_buys_nothing()
    {
        var browser = NewBrowser();
        var request = Web.Request();
        var arrival = await browser.VisitAsync(request.Url, Alice);
        await browser.SignOutAsync();

        (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeInvalidGrant();
    }

    [Fact]
    public async Task Other_tokens_are_no_codes()
    {
        var tokens = await Web.SignInAsync(Alice);

        (await Web.RedeemAsync(tokens.RefreshToken, tokens.Request)).ShouldBeInvalidGrant();
        (await Web.RedeemAsync(tokens.AccessToken, tokens.Request)).ShouldBeInvalidGrant();
        (await Web.RefreshAsync(tokens.Code)).ShouldBeInvalidGrant();
        (await Web.RefreshAsync(tokens.AccessToken)).ShouldBeInvalidGrant();
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task A_replay_is_written_into_the_ledger_once()
    {
        var before = await Server.ReadAsync(db => db.Revocations.CountAsync(r => r.Completes == null));
        var tokens = await Web.SignInAsync(Alice);

        await Web.RedeemAsync(tokens.Code, tokens.Request);
        await Web.RedeemAsync(tokens.Code, tokens.Request);

        Assert.Equal(before + 1, await Server.ReadAsync(db => db.Revocations.CountAsync(r => r.Completes == null)));
    }
}

public sealed class SqliteCodeGrantTests(SqliteServer server) : CodeGrantTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlCodeGrantTests(PostgreSqlServer server) : CodeGrantTests(server), IClassFixture<PostgreSqlServer>;
