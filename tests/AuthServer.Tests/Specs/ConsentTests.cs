using System.Net;
using System.Text.RegularExpressions;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Core §3.1.2.4, RFC 6749 §10.2: the person is asked, once where that is safe.</summary>
public sealed class ConsentTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Consent_to_a_confidential_client_is_remembered()
    {
        var person = await Server.NewPersonAsync();

        var first = await NewBrowser().VisitAsync(Web.Request().Url, person);
        var second = await NewBrowser().VisitAsync(Web.Request().Url, person);

        Assert.Equal((true, false), (first.Consented, second.Consented));
        Assert.NotNull(second.Code);
    }

    [Fact]
    public async Task Consent_to_a_public_client_with_a_claimed_https_address_is_remembered()
    {
        var person = await Server.NewPersonAsync();
        await Spa.SignInAsync(person);

        Assert.False((await NewBrowser().VisitAsync(Spa.Request().Url, person)).Consented);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5555/cb")]
    [InlineData("com.example.desktop:/cb")]
    public async Task A_public_client_that_anybody_can_pose_as_is_never_skipped(string redirectUri)
    {
        var person = await Server.NewPersonAsync();
        var desktop = Server.Client("desktop");
        var browser = NewBrowser();
        await browser.VisitAsync(desktop.Request().With("redirect_uri", redirectUri).Url, person);

        var again = await browser.VisitAsync(desktop.Request().With("redirect_uri", redirectUri).Url);
        var silent = await browser.VisitAsync(desktop.Request().With("redirect_uri", redirectUri).With("prompt", "none").Url);

        Assert.True(again.Consented);
        Assert.NotNull(again.Code);
        Assert.Equal("consent_required", silent.Error);
    }

    [Fact]
    public async Task Prompt_consent_asks_again()
    {
        var tokens = await Web.SignInAsync(await Server.NewPersonAsync());

        var again = await tokens.Browser.VisitAsync(Web.Request().With("prompt", "consent").Url);

        Assert.True(again.Consented);
        Assert.NotNull(again.Code);
    }

    [Fact]
    public async Task A_scope_more_is_asked_for_and_a_scope_less_is_not()
    {
        var person = await Server.NewPersonAsync();
        var browser = (await Web.SignInAsync(person, "openid profile")).Browser;

        Assert.False((await browser.VisitAsync(Web.Request("openid").Url)).Consented);
        Assert.True((await browser.VisitAsync(Web.Request("openid email").Url)).Consented);
        Assert.False((await browser.VisitAsync(Web.Request("openid profile email").Url)).Consented);
    }

    [Fact]
    public async Task Another_client_is_asked_for_itself()
    {
        var browser = (await Web.SignInAsync(await Server.NewPersonAsync())).Browser;

        Assert.True((await browser.VisitAsync(Shop.Request().Url)).Consented);
    }

    [Fact]
    public async Task The_operator_may_have_decided_for_everybody()
    {
        var trusted = Server.Client("trusted");
        var request = trusted.Request();
        var arrival = await NewBrowser().VisitAsync(request.Url, await Server.NewPersonAsync());

        Assert.False(arrival.Consented);
        (await trusted.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
    }

    [Fact]
    public async Task Who_says_no_is_not_remembered_and_the_client_hears_access_denied()
    {
        var browser = NewBrowser();
        var request = Web.Request();

        var denied = await browser.VisitAsync(request.Url, await Server.NewPersonAsync(), decision: "deny");

        Assert.Equal(("access_denied", request.State, null), (denied.Error, denied["state"], denied.Code));
        Assert.True((await browser.VisitAsync(Web.Request().Url)).Consented);
    }

    [Fact]
    public async Task A_removed_grant_is_asked_for_again_and_is_a_new_row()
    {
        var person = await Server.NewPersonAsync();
        var tokens = await Web.SignInAsync(person);
        await RemoveGrantAsync(person);

        await Web.ShouldBeDeadAsync(tokens);
        Assert.True((await tokens.Browser.VisitAsync(Web.Request().Url)).Consented);
        await Web.ShouldBeDeadAsync(tokens);
        var rows = await Server.ReadAsync(db => db.Grants.Where(g => db.Users.Any(u => u.Id == g.UserId && u.Email == person.Email)).ToListAsync());
        Assert.Equal([Status.Valid, Status.Revoked], rows.Select(g => g.Status).Order());
    }

    [Fact]
    public async Task The_page_names_client_scopes_and_person()
    {
        var person = await Server.NewPersonAsync();
        var arrival = await NewBrowser().VisitAsync(Web.Request("openid email orders.read").Url, person, decision: null);

        Assert.True(arrival.Page.AsksForConsent);
        Assert.All(
            ["Web shop", "Read your orders", "See your e-mail address", person.Email],
            text => Assert.Contains(text, arrival.Page.Body, StringComparison.Ordinal));
        Assert.Contains("form-action 'self' https://web.example", arrival.Page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", arrival.Page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_unticked_is_in_nothing_that_is_issued()
    {
        var person = await Server.NewPersonAsync();
        var tokens = await AllowAsync(NewBrowser(), Web.Request("openid email offline_access orders.read"), person, "email", "offline_access");

        Assert.Equal("openid orders.read", tokens.Scope);
        Assert.Equal("openid orders.read", (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk().Scope);
        Assert.Null((await Web.UserInfoAsync(tokens.AccessToken)).ShouldBeOk().Member("email"));
        (await Web.RefreshAsync(tokens.RefreshToken, "openid email")).ShouldBe(HttpStatusCode.BadRequest, "invalid_scope");
        var family = await Server.ReadAsync(db => db.TokenFamilies.SingleAsync(f => db.Users.Any(u => u.Id == f.UserId && u.Email == person.Email)));
        Assert.Equal(("openid orders.read", false), (family.Scope, family.Offline));
    }

    [Fact]
    public async Task What_was_unticked_is_not_asked_for_again_unless_the_client_insists()
    {
        var person = await Server.NewPersonAsync();
        await AllowAsync(NewBrowser(), Web.Request("openid email"), person, "email");

        var browser = NewBrowser();
        var request = Web.Request("openid email");
        var silent = await browser.VisitAsync(request.Url, person);
        Assert.False(silent.Consented);
        Assert.Equal("openid", (await Web.RedeemAsync(silent.Code!, request)).ShouldBeOk().Scope);
        Assert.NotNull((await browser.VisitAsync(Web.Request("openid email").With("prompt", "none").Url)).Code);

        var page = (await browser.VisitAsync(request.With("prompt", "consent").Url, decision: null)).Page;
        Assert.DoesNotContain(page.FormWith("decision")!.Sent, field => field.Key == "allow");
        Assert.Contains("You did not allow this before", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_new_beside_what_was_declined_is_asked_for_and_said_to_be_new()
    {
        var person = await Server.NewPersonAsync();
        await AllowAsync(NewBrowser(), Web.Request("openid email"), person, "email");

        var page = (await NewBrowser().VisitAsync(Web.Request("openid email profile").Url, person, decision: null)).Page;

        Assert.True(page.AsksForConsent);
        Assert.Single(Regex.Matches(page.Body, "New: Web shop", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Equal(["profile"], page.FormWith("decision")!.Sent.Where(field => field.Key == "allow").Select(field => field.Value));
    }

    [Fact]
    public async Task Unticking_what_was_allowed_before_takes_it_back_everywhere()
    {
        var person = await Server.NewPersonAsync();
        var phone = await Web.SignInAsync(person, "openid email");
        Assert.NotNull((await Web.UserInfoAsync(phone.AccessToken)).ShouldBeOk().Member("email"));

        await AllowAsync(NewBrowser(), Web.Request("openid email").With("prompt", "consent"), person, "email");

        Assert.Null((await Web.UserInfoAsync(phone.AccessToken)).ShouldBeOk().Member("email"));
        Assert.Equal("openid", (await Web.RefreshAsync(phone.RefreshToken)).ShouldBeOk().Scope);
        var entry = await Server.ReadAsync(db => db.Revocations.SingleAsync(r => db.Users.Any(u => u.Id == r.UserId && u.Email == person.Email)));
        Assert.Equal((RevocationCause.ScopeRemoved, "email", RevocationActorKind.User), (entry.Cause, entry.Scope, entry.ActorKind));
    }

    [Fact]
    public async Task Openid_cannot_be_unticked_and_nothing_can_be_smuggled_in()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        var request = Web.Request("openid email");
        var page = (await browser.VisitAsync(request.Url, person, decision: null)).Page;
        var form = page.FormWith("decision")!;
        Assert.DoesNotContain(form.Sent, field => field.Value == "openid");

        var answered = await browser.SubmitAsync(
            form.Without("allow", "email").With("allow", "orders.write").With("allow", "\"phone_number\""), ("decision", "allow"));

        var tokens = (await Web.RedeemAsync((await browser.FollowAsync(answered)).Code!, request)).ShouldBeOk();
        Assert.Equal("openid", tokens.Scope);
        Assert.Equal("openid", await Server.ReadAsync(db => db.Grants.Where(g => db.Users.Any(u => u.Id == g.UserId && u.Email == person.Email)).Select(g => g.Scope).SingleAsync()));
    }

    [Fact]
    public async Task Who_unticks_everything_says_no()
    {
        var browser = NewBrowser();
        var page = (await browser.VisitAsync(Web.Request("email").Url, await Server.NewPersonAsync(), decision: null)).Page;

        var answered = await browser.SubmitAsync(page.FormWith("decision")!.Without("allow", "email"), ("decision", "allow"));

        Assert.Equal("access_denied", (await browser.FollowAsync(answered)).Error);
    }

    [Fact]
    public async Task The_page_shows_the_clients_logo_and_links_and_says_how_long()
    {
        var arrival = await NewBrowser().VisitAsync(Server.Client("broker").Request().Url, await Server.NewPersonAsync(), decision: null);

        Assert.All(
            [
                "https://logos.example/broker.png", "https://broker.example/privacy", "https://broker.example/terms", "href=\"https://broker.example\"",
                "lasts until you take it back or sign out here",
            ],
            text => Assert.Contains(text, arrival.Page.Body, StringComparison.Ordinal));
        Assert.Contains("img-src 'self' data: https://logos.example;", arrival.Page.Header("Content-Security-Policy"), StringComparison.Ordinal);

        var other = await NewBrowser().VisitAsync(Web.Request("openid").Url, await Server.NewPersonAsync(), decision: null);
        Assert.Contains("Access lasts while you are signed in here.", other.Page.Body, StringComparison.Ordinal);
        Assert.Contains("img-src 'self' data:;", other.Page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("%00")]
    [InlineData("Q2ZESjg")]
    public async Task A_continuation_that_is_not_ours_is_refused(string forged)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        foreach (var path in new[] { "/consent", CodeRequest.Path })
        {
            var arrival = await browser.VisitAsync($"{path}?continue={forged}");
            Assert.Equal((null, HttpStatusCode.BadRequest), (arrival.Uri, arrival.Page.Status));
        }
    }

    [Fact]
    public async Task A_continuation_that_was_changed_on_the_way_is_refused()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());
        var consent = (await browser.GetAsync(Web.Request().Url)).Location!;
        var changed = consent[..^6] + (consent[^6] == 'A' ? 'B' : 'A') + consent[^5..];

        var arrival = await browser.VisitAsync(changed);

        Assert.Equal((null, HttpStatusCode.BadRequest), (arrival.Uri, arrival.Page.Status));
    }

    [Fact]
    public async Task A_decision_needs_the_forms_own_antiforgery_token()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());
        var page = await browser.GetAsync((await browser.GetAsync(Web.Request().Url)).Location!);
        var form = page.FormWith("decision")!;
        var fields = form.Fields.Where(field => field.Key != "__RequestVerificationToken").Append(new("decision", "allow"));

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(form.Action, fields)).Status);
    }

    [Fact]
    public async Task Consent_of_one_session_does_not_answer_for_another()
    {
        // A continuation that says "consented" is worth nothing where somebody else is signed in, even if they allowed the client before.
        var mallory = NewBrowser();
        await mallory.SignInAsync(Person.Mallory);
        var page = await mallory.GetAsync((await mallory.GetAsync(Web.Request().With("prompt", "consent").Url)).Location!);
        var allowed = (await mallory.SubmitAsync(page.FormWith("decision")!, ("decision", "allow"))).Location!;
        var victim = (await Web.SignInAsync(await Server.NewPersonAsync())).Browser;

        var arrival = await victim.VisitAsync(allowed, decision: null);

        Assert.True(arrival.Page.AsksForConsent);
    }

    /// <summary>Allows everything but what is unticked.</summary>
    private async Task<Answer> AllowAsync(Browser browser, CodeRequest request, Person person, params string[] unticked)
    {
        var page = (await browser.VisitAsync(request.Url, person, decision: null)).Page;
        var form = unticked.Aggregate(page.FormWith("decision")!, (shown, value) => shown.Without("allow", value));
        var arrival = await browser.FollowAsync(await browser.SubmitAsync(form, ("decision", "allow")));
        return (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
    }

    private async Task RemoveGrantAsync(Person person)
    {
        var grant = await Server.ReadAsync(db => db.Grants.SingleAsync(g => db.Users.Any(u => u.Id == g.UserId && u.Email == person.Email)));
        await Server.WithdrawAsync(new RevocationTarget.Grant(grant.Id), RevocationCause.GrantRemoved);
    }
}
