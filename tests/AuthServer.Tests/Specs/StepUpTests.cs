using AuthServer.Tests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Core §3.1.2.1, §5.5.1.1, RFC 9470: how strong a sign-in must be.</summary>
public sealed class StepUpTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Single = "single_factor";
    private const string Multi = "multi_factor";

    [Fact]
    public async Task A_password_is_one_factor_and_every_token_says_so()
    {
        var tokens = await Web.SignInAsync(Alice);

        await ShouldSayAsync(tokens.Answer, Single);
    }

    [Fact]
    public async Task A_code_besides_it_makes_two()
    {
        var (person, factor) = await NewPersonAsync();
        var (_, tokens) = await AskAsync(NewBrowser(), Web.Request(), person, factor);

        await ShouldSayAsync(tokens!, Multi);
        await ShouldSayAsync((await Web.RefreshAsync(tokens!.RefreshToken)).ShouldBeOk(), Multi);
    }

    [Fact]
    public async Task Oidcc_ensure_request_with_acr_values_succeeds()
    {
        var request = Web.Request().With("acr_values", $"{Single} {Multi}");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        Assert.Equal(Single, Acr((await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk()));
    }

    [Fact]
    public async Task A_session_with_one_factor_steps_up_to_two()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        var before = await Web.SignInAsync(browser, person);
        var factor = await SecondFactor.SetUpAsync(Server, person);
        Clock.Advance(TimeSpan.FromSeconds(5));

        var (arrival, tokens) = await AskAsync(browser, Web.Request().With("acr_values", Multi), person, factor);

        Assert.True(arrival.SignedIn);
        await ShouldSayAsync(tokens!, Multi);
        Assert.Equal(Claim(before.IdToken, "sid"), Claim(tokens!.IdToken, "sid"));
        Assert.True(long.Parse(Claim(tokens.IdToken, "auth_time"), null) > long.Parse(Claim(before.IdToken, "auth_time"), null));

        // What was issued before says what it said.
        Assert.Equal(Single, (await Web.IntrospectAsync(before.AccessToken)).Member("acr"));
        var (again, _) = await AskAsync(browser, Web.Request().With("acr_values", Multi), person, factor);
        Assert.False(again.SignedIn);
    }

    [Fact]
    public async Task Silently_a_step_up_is_login_required()
    {
        var person = await Server.NewPersonAsync();
        var tokens = await Web.SignInAsync(person);
        await SecondFactor.SetUpAsync(Server, person);
        Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("login_required", (await tokens.Browser.VisitAsync(Web.Request().With("acr_values", Multi).With("prompt", "none").Url)).Error);
    }

    [Theory]
    [InlineData(Multi)]
    [InlineData($"{Multi} {Single}")]
    [InlineData("urn:example:gold")]
    [InlineData($"urn:example:gold {Multi}")]
    public async Task Who_has_no_second_factor_goes_on_with_what_there_is(string acrValues)
    {
        var tokens = await Web.SignInAsync(await Server.NewPersonAsync());
        Clock.Advance(TimeSpan.FromSeconds(5));
        var request = Web.Request().With("acr_values", acrValues);

        var arrival = await tokens.Browser.VisitAsync(request.Url);

        Assert.False(arrival.SignedIn);
        Assert.Equal(Single, Acr((await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk()));
        Assert.NotNull((await tokens.Browser.VisitAsync(Web.Request().With("acr_values", acrValues).With("prompt", "none").Url)).Code);
    }

    [Theory]
    [InlineData(Multi)]
    [InlineData("urn:example:gold")]
    public async Task What_is_essential_and_cannot_be_had_fails(string acr)
    {
        var request = Essential(acr);

        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);
        Assert.Equal(("unmet_authentication_requirements", true), (arrival.Error, arrival.SignedIn));

        var tokens = await Web.SignInAsync(Alice);
        Assert.Equal("unmet_authentication_requirements", (await tokens.Browser.VisitAsync(request.With("prompt", "none").Url)).Error);
        Assert.Equal("login_required", (await NewBrowser().VisitAsync(request.With("prompt", "none").Url)).Error);
    }

    [Fact]
    public async Task What_is_essential_and_can_be_had_is_asked_for()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await Web.SignInAsync(browser, person);
        var factor = await SecondFactor.SetUpAsync(Server, person);
        Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("login_required", (await browser.VisitAsync(Essential(Multi).With("prompt", "none").Url)).Error);
        var (_, tokens) = await AskAsync(browser, Essential(Multi), person, factor);

        Assert.Equal(Multi, Acr(tokens!));
    }

    [Fact]
    public async Task An_essential_weaker_class_is_stated_though_more_was_proved()
    {
        var (person, factor) = await NewPersonAsync();

        var (_, tokens) = await AskAsync(NewBrowser(), Essential(Single), person, factor);

        Assert.Equal(Single, Acr(tokens!));
    }

    [Fact]
    public async Task A_browser_that_is_remembered_is_asked_for_the_second_factor_where_the_client_wants_it()
    {
        var (person, factor) = await NewPersonAsync();
        var browser = NewBrowser();
        await AskAsync(browser, Web.Request(), person, factor, remember: true);
        await browser.SignOutAsync();

        // Remembered: the password does, and is one factor.
        var (_, weak) = await AskAsync(browser, Web.Request(), person, factor: null);
        Assert.Equal(Single, Acr(weak!));
        Clock.Advance(TimeSpan.FromSeconds(5));

        var (_, strong) = await AskAsync(browser, Web.Request().With("acr_values", Multi), person, factor);
        Assert.Equal(Multi, Acr(strong!));
    }

    private CodeRequest Essential(string acr) =>
        Web.Request().With("claims", $$$$"""{"id_token":{"acr":{"essential":true,"values":["{{{{acr}}}}"]}}}""");

    private async Task<(Person Person, SecondFactor Factor)> NewPersonAsync()
    {
        var person = await Server.NewPersonAsync();
        return (person, await SecondFactor.SetUpAsync(Server, person));
    }

    /// <summary>Signs in where asked, with both factors; null: there must be no second.</summary>
    private async Task<(Arrival Arrival, Answer? Tokens)> AskAsync(
        Browser browser, CodeRequest request, Person person, SecondFactor? factor, bool remember = false)
    {
        var arrival = await browser.VisitAsync(request.Url, person);
        var signedIn = arrival.SignedIn;
        if (arrival.Page.FormWith("Input.TwoFactorCode") is { } form)
        {
            Assert.NotNull(factor);
            var page = await browser.SubmitAsync(
                form, ("Input.TwoFactorCode", factor.Code()), ("Input.RememberMachine", remember ? "true" : "false"));
            arrival = await browser.FollowAsync(page);
        }

        Assert.True(arrival.Code is not null, arrival.Uri ?? $"{arrival.Page.Address} {arrival.Page.Heading}");
        return (arrival with { SignedIn = signedIn }, (await Web.RedeemAsync(arrival.Code, request)).ShouldBeOk());
    }

    private async Task ShouldSayAsync(Answer tokens, string acr)
    {
        Assert.Equal(acr, Acr(tokens));
        Assert.Equal(acr, Claim(tokens.AccessToken, "acr"));
        var told = (await Api.IntrospectAsync(tokens.AccessToken)).ShouldBeOk();
        Assert.Equal((acr, Claim(tokens.IdToken, "auth_time")), (told.Member("acr"), told.Member("auth_time")));
    }

    private static string Acr(Answer tokens) => Claim(tokens.IdToken, "acr");

    private static string Claim(string token, string name) => new JsonWebToken(token).GetClaim(name).Value;
}
