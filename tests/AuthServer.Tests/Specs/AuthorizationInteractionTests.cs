using AuthServer.Tests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Core §3.1.2.1: prompt, max_age, hints, and the parameters that only ask politely.</summary>
public sealed class AuthorizationInteractionTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Oidcc_prompt_none_not_logged_in()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().With("prompt", "none").Url, Alice);

        Assert.Equal(("login_required", false), (arrival.Error, arrival.SignedIn));
    }

    [Fact]
    public async Task Oidcc_prompt_none_logged_in()
    {
        var first = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromMinutes(5));

        var second = await SilentlyAsync(first.Browser);

        Assert.Equal(Claim(first, "sub"), Claim(second, "sub"));
        Assert.Equal(Claim(first, "auth_time"), Claim(second, "auth_time"));
    }

    [Fact]
    public async Task Prompt_none_without_consent_is_consent_required()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());

        var arrival = await browser.VisitAsync(Web.Request().With("prompt", "none").Url);

        Assert.Equal(("consent_required", false), (arrival.Error, arrival.Consented));
    }

    [Fact]
    public async Task Oidcc_prompt_login()
    {
        var first = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(5));

        var (arrival, second) = await AskAsync(first.Browser, Web.Request().With("prompt", "login"));

        Assert.True(arrival.SignedIn);
        Assert.True(long.Parse(Claim(second, "auth_time"), null) > long.Parse(Claim(first, "auth_time"), null));
    }

    [Theory]
    [InlineData("login")]
    [InlineData("select_account")]
    public async Task The_way_back_from_a_sign_in_leads_back_once(string prompt)
    {
        var (browser, person) = (NewBrowser(), await Server.NewPersonAsync());
        await Web.SignInAsync(browser, person);
        Clock.Advance(TimeSpan.FromSeconds(5));
        var asked = await browser.GetAsync(Web.Request().With("prompt", prompt).Url);
        var page = await browser.GetAsync(asked.Location!);
        var back = (await browser.SubmitAsync(page.FormWith("Input.Password")!, ("Input.Email", person.Email), ("Input.Password", person.Password))).Location!;
        Assert.Contains("code=", (await browser.GetAsync(back)).Location, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromSeconds(5));

        var again = await browser.GetAsync(back);

        Assert.StartsWith("/Identity/Account/Login", again.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_select_account_asks_who_it_is()
    {
        var first = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(5));
        var request = Web.Request().With("prompt", "select_account");

        var arrival = await first.Browser.VisitAsync(request.Url, Bob);

        var tokens = (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
        Assert.NotEqual(Claim(first, "sub"), Claim(tokens.IdToken, "sub"));
        await Web.ShouldBeDeadAsync(first);
    }

    [Fact]
    public async Task Oidcc_max_age_1()
    {
        var first = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(2));

        var (arrival, second) = await AskAsync(first.Browser, Web.Request().With("max_age", "1"));

        Assert.True(arrival.SignedIn);
        Assert.NotEqual(Claim(first, "auth_time"), Claim(second, "auth_time"));
    }

    [Fact]
    public async Task Oidcc_max_age_10000()
    {
        var first = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(2));

        var (arrival, second) = await AskAsync(first.Browser, Web.Request().With("max_age", "10000"));

        Assert.False(arrival.SignedIn);
        Assert.Equal(Claim(first, "auth_time"), Claim(second, "auth_time"));
    }

    [Fact]
    public async Task Prompt_none_with_a_sign_in_that_is_too_old_is_login_required()
    {
        var tokens = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(2));

        var arrival = await tokens.Browser.VisitAsync(Web.Request().With("max_age", "1").With("prompt", "none").Url);

        Assert.Equal("login_required", arrival.Error);
    }

    [Fact]
    public async Task Oidcc_id_token_hint()
    {
        var first = await Web.SignInAsync(Alice);

        // An expired hint is still a hint.
        Clock.Advance(TimeSpan.FromHours(1));
        var second = await SilentlyAsync(first.Browser, hint: first.IdToken);

        Assert.Equal(Claim(first, "sub"), Claim(second, "sub"));
    }

    [Fact]
    public async Task A_hint_at_somebody_else_is_login_required()
    {
        var alice = await Web.SignInAsync(Alice);
        var bob = await Web.SignInAsync(Bob);

        var arrival = await bob.Browser.VisitAsync(Web.Request().With("prompt", "none").With("id_token_hint", alice.IdToken).Url);

        Assert.Equal("login_required", arrival.Error);
    }

    [Fact]
    public async Task A_hint_at_somebody_else_asks_for_a_sign_in_and_refuses_any_third()
    {
        var alice = await Web.SignInAsync(Alice);
        var bob = await Web.SignInAsync(Bob);
        Clock.Advance(TimeSpan.FromSeconds(5));

        var arrival = await bob.Browser.VisitAsync(Web.Request().With("id_token_hint", alice.IdToken).Url, Person.Carol);

        Assert.Equal(("login_required", true), (arrival.Error, arrival.SignedIn));
    }

    [Fact]
    public async Task An_access_token_is_no_hint()
    {
        var tokens = await Web.SignInAsync(Alice);

        var arrival = await tokens.Browser.VisitAsync(Web.Request().With("id_token_hint", tokens.AccessToken).Url);

        Assert.Equal("invalid_request", arrival.Error);
    }

    [Fact]
    public async Task Oidcc_login_hint()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().With("login_hint", "alice+\"<b>@example.com").Url);

        Assert.Equal("alice+\"<b>@example.com", arrival.Page.FormWith("Input.Email")!.Fields["Input.Email"]);
    }

    [Theory]
    [InlineData("extra", "foobar")]
    [InlineData("display", "page")]
    [InlineData("display", "popup")]
    [InlineData("ui_locales", "se fr-CA xx")]
    [InlineData("claims_locales", "se")]
    [InlineData("acr_values", "urn:example:1 urn:example:2")]
    [InlineData("claims", """{"userinfo":{"name":{"essential":true}}}""")] // oidcc-claims-essential
    public async Task What_only_asks_politely_does_no_harm(string name, string value)
    {
        var request = Web.Request().With(name, value);
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
    }

    [Fact]
    public async Task Oidcc_alternate_happy_flow()
    {
        var request = Web.Request("profile openid profile email");
        var reversed = request with { Parameters = [.. request.Parameters.Reverse()] };
        var arrival = await NewBrowser().VisitAsync(reversed.Url, Alice);

        Assert.Equal("profile openid email", (await Web.RedeemAsync(arrival.Code!, reversed)).ShouldBeOk().Scope);
    }

    [Fact]
    public async Task Oidcc_ensure_request_without_nonce_succeeds_for_code_flow()
    {
        var request = Web.Request().Without("nonce");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        var tokens = (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
        Assert.DoesNotContain(new JsonWebToken(tokens.IdToken).Claims, claim => claim.Type == "nonce");
    }

    [Fact]
    public async Task A_request_that_waited_longer_than_an_hour_is_told_to_the_person()
    {
        var browser = NewBrowser();
        var login = await browser.GetAsync((await browser.GetAsync(Web.Request().Url)).Location!);
        Clock.Advance(TimeSpan.FromMinutes(61));

        var arrival = await browser.FollowAsync(login, Alice);

        Assert.Null(arrival.Uri);
        Assert.Equal("This request cannot be answered", arrival.Page.Heading);
    }

    private async Task<Answer> SilentlyAsync(Browser browser, string? hint = null)
    {
        var request = Web.Request().With("prompt", "none");
        request = hint is null ? request : request.With("id_token_hint", hint);
        var (arrival, tokens) = await AskAsync(browser, request);
        Assert.False(arrival.SignedIn || arrival.Consented);
        return tokens;
    }

    private async Task<(Arrival Arrival, Answer Tokens)> AskAsync(Browser browser, CodeRequest request)
    {
        var arrival = await browser.VisitAsync(request.Url, Alice);
        Assert.True(arrival.Code is not null, arrival.Uri ?? arrival.Page.Heading);
        return (arrival, (await Web.RedeemAsync(arrival.Code, request)).ShouldBeOk());
    }

    private static string Claim(Tokens tokens, string name) => Claim(tokens.IdToken, name);

    private static string Claim(Answer answer, string name) => Claim(answer.IdToken, name);

    private static string Claim(string idToken, string name) => new JsonWebToken(idToken).GetClaim(name).Value;
}
