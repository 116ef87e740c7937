using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>Many at once, and still one winner; nothing lives that was acknowledged dead.</summary>
public abstract class RaceTests(AuthServerFactory server) : SpecFacts(server)
{
    private const int AtOnce = 20;

    [Fact]
    public async Task Twenty_sign_outs_at_once_are_one_line_in_the_ledger()
    {
        var tokens = await Web.SignInAsync(Alice);
        var before = await LedgerAsync();
        var browser = tokens.Browser;
        var form = (await browser.GetAsync("/Identity/Account/Logout")).MainForm()!;

        var pages = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => browser.NewTab().PostAsync(form.Action, form.Fields)));

        // Whoever comes too late has no session any more, and with it no antiforgery token for it.
        Assert.All(pages, page => Assert.True(page.Status is HttpStatusCode.SeeOther or HttpStatusCode.BadRequest, page.Status.ToString()));
        Assert.Contains(pages, page => page.Status == HttpStatusCode.SeeOther);
        Assert.Equal(before + 1, await LedgerAsync());
        await Web.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task Twenty_ends_of_a_session_at_once_are_one_line_in_the_ledger()
    {
        var tokens = await Web.SignInAsync(Alice);
        var before = await LedgerAsync();
        var address = $"/connect/endsession?id_token_hint={tokens.IdToken}&post_logout_redirect_uri=https%3A%2F%2Fweb.example%2Fbye";

        var pages = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => tokens.Browser.NewTab().GetAsync(address)));

        Assert.All(pages, page => Assert.Equal("https://web.example/bye", page.Location));
        Assert.Equal(before + 1, await LedgerAsync());
        await Web.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task Twenty_refreshes_at_once_end_with_the_same_usable_token()
    {
        var tokens = await Web.SignInAsync(Alice);
        var families = await Server.ReadAsync(db => db.TokenFamilies.CountAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Web.RefreshAsync(tokens.RefreshToken)));

        Assert.All(answers, answer => answer.ShouldBeOk());
        Assert.Equal(families, await Server.ReadAsync(db => db.TokenFamilies.CountAsync()));

        // Past the leeway only the current refresh token is active: everybody holds it.
        Clock.Advance(TimeSpan.FromSeconds(31));
        foreach (var answer in answers)
        {
            await Web.ShouldBeAliveAsync(answer);
        }

        (await Web.RefreshAsync(answers[^1].RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task Nothing_lives_after_an_acknowledged_revocation_whatever_raced_with_it()
    {
        var browser = (await Web.SignInAsync(Alice)).Browser;
        for (var round = 0; round < 25; round++)
        {
            var tokens = await Web.SignInAsync(browser, Alice);
            var refreshes = Enumerable.Range(0, 4).Select(_ => ChainAsync(tokens.RefreshToken)).ToList();

            (await Web.RevokeAsync(tokens.RefreshToken)).ShouldBeOk();

            // From here on nothing may be answered, also not to whoever is in the middle of it.
            (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();
            foreach (var answer in (await Task.WhenAll(refreshes)).SelectMany(answers => answers))
            {
                if (answer.Status == HttpStatusCode.OK)
                {
                    await Web.ShouldBeDeadAsync(answer);
                }
                else
                {
                    answer.ShouldBeInvalidGrant();
                }
            }
        }
    }

    [Fact]
    public async Task Nothing_lives_after_an_acknowledged_sign_out_whatever_raced_with_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var tokens = await Web.SignInAsync(Alice);
            var racing = Enumerable.Range(0, 4).Select(_ => CodeAsync(tokens.Browser.NewTab())).ToList();

            await tokens.Browser.GetAsync($"/connect/endsession?id_token_hint={tokens.IdToken}");

            await Web.ShouldBeDeadAsync(tokens);
            foreach (var (arrival, request) in await Task.WhenAll(racing))
            {
                if (arrival.Code is not null)
                {
                    (await Web.RedeemAsync(arrival.Code, request)).ShouldBeInvalidGrant();
                }
            }
        }
    }

    [Fact]
    public async Task People_who_consent_twice_at_once_get_a_code_each_time()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);

        var arrivals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => browser.NewTab().VisitAsync(Web.Request().Url)));

        Assert.All(arrivals, arrival => Assert.True(arrival.Code is not null, $"{arrival.Page.Status} {arrival.Page.Heading}"));
    }

    [Fact]
    public async Task A_client_trusted_by_the_operator_gets_a_code_for_each_of_many_at_once()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());

        var arrivals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => browser.NewTab().VisitAsync(Server.Client("trusted").Request().Url)));

        Assert.All(arrivals, arrival => Assert.True(arrival.Code is not null, $"{arrival.Page.Status} {arrival.Page.Heading}"));
    }

    [Fact]
    public async Task People_sign_in_while_the_door_for_writes_is_busy()
    {
        var loads = new List<Tokens>();
        for (var i = 0; i < 8; i++)
        {
            loads.Add(await Web.SignInAsync(Alice));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var busy = loads.Select(tokens => KeepRefreshingAsync(tokens, stop.Token)).ToList();

        var signedIn = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Shop.SignInAsync(Bob)));

        await stop.CancelAsync();
        var refreshed = await Task.WhenAll(busy);
        Assert.All(refreshed, count => Assert.True(count > 0));
        foreach (var tokens in signedIn)
        {
            await Shop.ShouldBeAliveAsync(tokens);
        }
    }

    private async Task<int> KeepRefreshingAsync(Tokens tokens, CancellationToken stop)
    {
        var (current, count) = (tokens.RefreshToken, 0);
        do
        {
            current = (await Web.RefreshAsync(current)).ShouldBeOk().RefreshToken;
            count++;
        }
        while (!stop.IsCancellationRequested);

        return count;
    }

    /// <summary>Refreshes on and on, until it is refused.</summary>
    private async Task<List<Answer>> ChainAsync(string refreshToken)
    {
        var answers = new List<Answer>();
        do
        {
            answers.Add(await Web.RefreshAsync(refreshToken));
            refreshToken = answers[^1].Member("refresh_token") ?? "";
        }
        while (refreshToken.Length > 0 && answers.Count < 50);

        return answers;
    }

    private async Task<(Arrival Arrival, CodeRequest Request)> CodeAsync(Browser browser)
    {
        var request = Web.Request().With("prompt", "none");
        return (await browser.VisitAsync(request.Url), request);
    }

    private Task<int> LedgerAsync() => Server.ReadAsync(db => db.Revocations.CountAsync(r => r.Completes == null));
}

public sealed class SqliteRaceTests(SqliteServer server) : RaceTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlRaceTests(PostgreSqlServer server) : RaceTests(server), IClassFixture<PostgreSqlServer>;
