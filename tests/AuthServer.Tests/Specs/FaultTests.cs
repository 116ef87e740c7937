using System.Net;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 7009 §2.2.1: a database that does not answer is 503; never a 200, and never <c>invalid_grant</c>.</summary>
public abstract class FaultTests(AuthServerFactory server) : SpecFacts(server)
{
    private const string Withdrawal = "UPDATE \"TokenFamilies\"";
    private const string Ledger = "INSERT INTO \"Revocations\"";

    [Theory]
    [InlineData(Withdrawal)]
    [InlineData(Ledger)]
    [InlineData("COMMIT")]
    [InlineData("SELECT")]
    public async Task A_revocation_that_could_not_be_written_down_is_503_and_on_retry_dead(string statement)
    {
        var tokens = await Web.SignInAsync(Alice);

        ShouldBeUnavailable(await DuringAsync(statement, () => Web.RevokeAsync(tokens.RefreshToken)));
        await Web.ShouldBeAliveAsync(tokens);

        (await Web.RevokeAsync(tokens.RefreshToken)).ShouldBeOk();
        await Web.ShouldBeDeadAsync(tokens);
    }

    [Theory]
    [InlineData("INSERT INTO \"RevokedAccessTokens\"")]
    [InlineData(Ledger)]
    [InlineData("COMMIT")]
    public async Task An_access_token_whose_revocation_could_not_be_written_down_is_503_and_on_retry_dead(string statement)
    {
        var tokens = await Web.SignInAsync(Alice);

        ShouldBeUnavailable(await DuringAsync(statement, () => Web.RevokeAsync(tokens.AccessToken)));
        await Web.ShouldBeAliveAsync(tokens);

        (await Web.RevokeAsync(tokens.AccessToken)).ShouldBeOk();
        Assert.Equal("""{"active":false}""", (await Web.IntrospectAsync(tokens.AccessToken)).Text);
    }

    [Theory]
    [InlineData(Ledger)]
    [InlineData("COMMIT")]
    [InlineData(Withdrawal)]
    public async Task A_replay_that_could_not_be_answered_for_is_503_and_on_retry_dead(string statement)
    {
        var tokens = await Web.SignInAsync(Alice);
        var current = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromSeconds(31));

        ShouldBeUnavailable(await DuringAsync(statement, () => Web.RefreshAsync(tokens.RefreshToken)));
        await Web.ShouldBeAliveAsync(current);

        (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();
        await Web.ShouldBeDeadAsync(current);
    }

    [Theory]
    [InlineData(Ledger)]
    [InlineData("COMMIT")]
    public async Task A_replayed_code_that_could_not_be_answered_for_is_503_and_on_retry_dead(string statement)
    {
        var tokens = await Web.SignInAsync(Alice);

        ShouldBeUnavailable(await DuringAsync(statement, () => Web.RedeemAsync(tokens.Code, tokens.Request)));
        await Web.ShouldBeAliveAsync(tokens);

        (await Web.RedeemAsync(tokens.Code, tokens.Request)).ShouldBeInvalidGrant();
        await Web.ShouldBeDeadAsync(tokens);
    }

    [Theory]
    [InlineData(Withdrawal)]
    [InlineData("COMMIT")]
    [InlineData("SELECT")]
    public async Task A_refresh_that_could_not_be_written_down_is_503_and_uses_up_nothing(string statement)
    {
        var tokens = await Web.SignInAsync(Alice);

        ShouldBeUnavailable(await DuringAsync(statement, () => Web.RefreshAsync(tokens.RefreshToken)));

        Clock.Advance(TimeSpan.FromMinutes(1));
        await Web.ShouldBeAliveAsync((await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk());
    }

    [Fact]
    public async Task A_code_that_could_not_be_redeemed_is_503_and_not_burnt()
    {
        var (code, request) = await Web.GetCodeAsync(Alice);

        ShouldBeUnavailable(await DuringAsync("COMMIT", () => Web.RedeemAsync(code, request)));

        await Web.ShouldBeAliveAsync((await Web.RedeemAsync(code, request)).ShouldBeOk());
    }

    [Fact]
    public async Task Whether_a_token_lives_is_not_guessed()
    {
        var tokens = await Web.SignInAsync(Alice);

        ShouldBeUnavailable(await DuringAsync("SELECT", () => Web.IntrospectAsync(tokens.AccessToken)));
        ShouldBeUnavailable(await DuringAsync("SELECT", () => Web.UserInfoAsync(tokens.AccessToken)));
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Theory]
    [InlineData("UPDATE \"LoginSessions\"")]
    [InlineData(Ledger)]
    [InlineData("COMMIT")]
    public async Task A_sign_out_that_could_not_be_written_down_is_503_and_nobody_is_signed_out(string statement)
    {
        var tokens = await Web.SignInAsync(Alice);
        var form = (await tokens.Browser.GetAsync("/Identity/Account/Logout")).MainForm()!;

        var page = await DuringAsync(statement, () => tokens.Browser.SubmitAsync(form));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.NotNull(page.Header("Retry-After"));
        var ended = await DuringAsync(statement, () => tokens.Browser.GetAsync($"/connect/endsession?id_token_hint={tokens.IdToken}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ended.Status);
        Assert.True(await tokens.Browser.IsSignedInAsync());
        await Web.ShouldBeAliveAsync(tokens);

        await tokens.Browser.SignOutAsync();
        await Web.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task An_authorization_that_could_not_be_written_down_is_503_and_works_on_retry()
    {
        var browser = (await Web.SignInAsync(Alice)).Browser;
        var request = Web.Request();

        var page = await DuringAsync("COMMIT", () => browser.GetAsync(request.Url));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (page.Status, page.Location));
        Assert.DoesNotContain("   at ", page.Body, StringComparison.Ordinal);
        Assert.NotNull((await browser.VisitAsync(request.Url)).Code);
    }

    /// <summary>While it runs, the database refuses every statement that begins with <paramref name="statement"/>.</summary>
    private async Task<T> DuringAsync<T>(string statement, Func<Task<T>> act)
    {
        if (statement == "COMMIT")
        {
            Server.Watch.BeforeCommit = () => throw new InjectedFault();
        }
        else
        {
            Server.Watch.BeforeStatement = sql =>
            {
                if (sql.Contains(statement, StringComparison.Ordinal))
                {
                    throw new InjectedFault();
                }
            };
        }

        try
        {
            return await act();
        }
        finally
        {
            Server.Watch.BeforeCommit = null;
            Server.Watch.BeforeStatement = null;
        }
    }

    private static void ShouldBeUnavailable(Answer answer)
    {
        answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.NotNull(answer.Header("Retry-After"));
    }
}

public sealed class SqliteFaultTests(SqliteServer server) : FaultTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlFaultTests(PostgreSqlServer server) : FaultTests(server), IClassFixture<PostgreSqlServer>;
