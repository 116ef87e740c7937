using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Core §5.5: claims asked for by name.</summary>
public sealed class ClaimsParameterTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Oidcc_claims_essential()
    {
        var (_, tokens) = await AskAsync("openid", """{"userinfo":{"name":{"essential":true}}}""", Alice);

        Assert.Equal("Alice Archer", await UserInfoAsync(tokens, "name"));
        Assert.Null(await UserInfoAsync(tokens, "given_name"));
        Assert.Null(IdToken(tokens, "name"));
    }

    [Fact]
    public async Task What_is_asked_for_in_the_id_token_is_told_there()
    {
        var (_, tokens) = await AskAsync("openid", """{"id_token":{"email":null,"family_name":{"value":"other"}}}""", Alice);

        Assert.Equal((Alice.Email, "Archer"), (IdToken(tokens, "email"), IdToken(tokens, "family_name")));
        Assert.Null(await UserInfoAsync(tokens, "email"));

        var refreshed = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Assert.Equal(Alice.Email, IdToken(refreshed, "email"));
    }

    [Fact]
    public async Task A_claim_whose_scope_is_asked_for_can_be_had_in_the_id_token()
    {
        var (_, tokens) = await AskAsync("openid email", """{"id_token":{"email":null}}""", Alice);

        Assert.Equal(Alice.Email, IdToken(tokens, "email"));
    }

    [Fact]
    public async Task What_is_not_known_is_ignored()
    {
        var (_, tokens) = await AskAsync(
            "openid",
            """{"userinfo":{"shoe_size":{"essential":true},"name":{"purpose":"why","essential":false}},"id_token":{"iss":null,"sid":{}},"verified":{"x":1}}""",
            Alice);

        Assert.Equal("Alice Archer", await UserInfoAsync(tokens, "name"));
        Assert.Null(await UserInfoAsync(tokens, "shoe_size"));
    }

    [Fact]
    public async Task A_claim_that_the_client_may_not_ask_for_is_ignored()
    {
        // The client is registered for openid and profile: the operator's word stands above the client's.
        var strict = Server.Client("strict");
        var request = strict.Request("openid").With("claims", """{"userinfo":{"email":null,"name":null}}""");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);
        var tokens = (await strict.RedeemAsync(arrival.Code!, request)).ShouldBeOk();

        var told = (await strict.UserInfoAsync(tokens.AccessToken)).ShouldBeOk();
        Assert.Equal(("Alice Archer", null), (told.Member("name"), told.Member("email")));
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"userinfo":[]}""")]
    [InlineData("""{"userinfo":null}""")]
    [InlineData("""{"userinfo":{"name":true}}""")]
    [InlineData("""{"userinfo":{"name":{"essential":"yes"}}}""")]
    [InlineData("""{"userinfo":{"name":{"values":"x"}}}""")]
    [InlineData("""{"userinfo":{"name":null},"userinfo":{"email":null}}""")]
    [InlineData("""{"userinfo":{"name":null,"name":{}}}""")]
    [InlineData("""{"userinfo":{"name":null},}""")]
    [InlineData("""{"userinfo":{"name":{"value":[[[[[[1]]]]]]}}}""")]
    [InlineData("""{"userinfo":{"sub":{"value":"\ud800"}}}""")]
    public async Task What_is_malformed_is_refused(string claims)
    {
        Assert.Equal("invalid_request", (await NewBrowser().VisitAsync(Web.Request().With("claims", claims).Url, Alice)).Error);
    }

    [Fact]
    public async Task What_is_too_long_is_refused()
    {
        var claims = $$$"""{"userinfo":{"{{{new string('x', 4096)}}}":null}}""";

        Assert.Equal("invalid_request", (await NewBrowser().VisitAsync(Web.Request().With("claims", claims).Url, Alice)).Error);
    }

    [Fact]
    public async Task The_page_says_what_is_told_and_the_answer_is_remembered()
    {
        var person = await Server.NewPersonAsync();
        await Web.SignInAsync(person, "openid");
        var request = Request("openid", """{"userinfo":{"birthdate":null},"id_token":{"email":null}}""");

        var asked = await NewBrowser().VisitAsync(request.Url, person, decision: null);
        Assert.True(asked.Page.AsksForConsent);
        Assert.Contains("See your date of birth", asked.Page.Body, StringComparison.Ordinal);
        Assert.Contains("See your e-mail address", asked.Page.Body, StringComparison.Ordinal);
        var signedIn = NewBrowser();
        await signedIn.SignInAsync(person);
        Assert.Equal("consent_required", (await signedIn.VisitAsync(request.With("prompt", "none").Url)).Error);

        var (first, tokens) = await AskAsync("openid", """{"userinfo":{"birthdate":null},"id_token":{"email":null}}""", person);
        Assert.True(first.Consented);
        Assert.Equal("openid", tokens.Scope);
        Assert.False((await NewBrowser().VisitAsync(request.Url, person)).Consented);
    }

    [Fact]
    public async Task A_claim_that_is_unticked_is_not_told_whatever_another_family_may()
    {
        var person = await Server.NewPersonAsync();
        const string Claims = """{"userinfo":{"email":null,"email_verified":null}}""";
        var request = Request("openid", Claims);
        var browser = NewBrowser();
        var page = (await browser.VisitAsync(request.Url, person, decision: null)).Page;
        var answered = await browser.SubmitAsync(page.FormWith("decision")!.Without("allow", "\"email\""), ("decision", "allow"));
        var less = (await Web.RedeemAsync((await browser.FollowAsync(answered)).Code!, request)).ShouldBeOk();
        Assert.Equal((null, "false"), (await UserInfoAsync(less, "email"), await UserInfoAsync(less, "email_verified")));

        var again = request.With("prompt", "consent");
        page = (await browser.VisitAsync(again.Url, decision: null)).Page;
        Assert.Contains("You did not allow this before", page.Body, StringComparison.Ordinal);
        answered = await browser.SubmitAsync(page.FormWith("decision")!.With("allow", "\"email\""), ("decision", "allow"));
        var more = (await Web.RedeemAsync((await browser.FollowAsync(answered)).Code!, again)).ShouldBeOk();
        Assert.Equal(person.Email, await UserInfoAsync(more, "email"));
        Assert.Null(await UserInfoAsync(less, "email"));
    }

    [Fact]
    public async Task A_claim_that_is_taken_back_is_told_no_longer()
    {
        var person = await Server.NewPersonAsync();
        var (_, tokens) = await AskAsync("openid", """{"userinfo":{"email":null}}""", person);
        Assert.Equal(person.Email, await UserInfoAsync(tokens, "email"));

        var grant = await Server.ReadAsync(db => db.Grants.SingleAsync(g => db.Users.Any(u => u.Id == g.UserId && u.Email == person.Email)));
        await Server.WithdrawAsync(new RevocationTarget.GrantScope(grant.Id, "\"email\""), RevocationCause.ScopeRemoved);

        Assert.Null(await UserInfoAsync(tokens, "email"));
        Assert.True((await NewBrowser().VisitAsync(Request("openid", """{"userinfo":{"email":null}}""").Url, person)).Consented);
    }

    [Fact]
    public async Task What_was_asked_for_by_name_stands_among_the_connected_apps_in_words()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.VisitAsync(Request("openid", """{"userinfo":{"birthdate":null}}""").Url, person);

        var page = await browser.GetAsync("/Identity/Account/Manage/ConnectedApps");

        Assert.Contains("See your date of birth", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sub_with_a_value_wants_this_user_and_nobody_else()
    {
        var alice = await Web.SignInAsync(Alice);
        var sub = IdToken(alice.Answer, "sub");
        var bob = await Web.SignInAsync(Bob);
        Clock.Advance(TimeSpan.FromSeconds(5));
        var request = Web.Request().With("claims", $$$$"""{"id_token":{"sub":{"value":"{{{{sub}}}}"}}}""");

        Assert.NotNull((await alice.Browser.VisitAsync(request.With("prompt", "none").Url)).Code);
        Assert.Equal("login_required", (await bob.Browser.VisitAsync(request.With("prompt", "none").Url)).Error);
        var third = await bob.Browser.VisitAsync(request.Url, Person.Carol);
        Assert.Equal(("login_required", true), (third.Error, third.SignedIn));
        Assert.Equal("login_required", (await alice.Browser.VisitAsync(
            Web.Request().With("prompt", "none").With("claims", """{"id_token":{"sub":{"value":"nobody"}}}""").Url)).Error);
        Assert.Equal("invalid_request", (await alice.Browser.VisitAsync(
            request.With("id_token_hint", (await Web.SignInAsync(Bob)).IdToken).Url)).Error);
    }

    private CodeRequest Request(string scope, string claims) => Web.Request(scope).With("claims", claims);

    private async Task<(Arrival Arrival, Answer Tokens)> AskAsync(string scope, string claims, Person person)
    {
        var request = Request(scope, claims);
        var arrival = await NewBrowser().VisitAsync(request.Url, person);
        Assert.True(arrival.Code is not null, arrival.Uri ?? arrival.Page.Heading);
        return (arrival, (await Web.RedeemAsync(arrival.Code, request)).ShouldBeOk());
    }

    private async Task<string?> UserInfoAsync(Answer tokens, string claim) => (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBeOk().Member(claim);

    private static string? IdToken(Answer tokens, string claim) =>
        new JsonWebToken(tokens.IdToken).Claims.FirstOrDefault(told => told.Type == claim)?.Value;
}
