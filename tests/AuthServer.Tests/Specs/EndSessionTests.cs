using System.Net;
using System.Security.Cryptography;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect RP-Initiated Logout 1.0: a client ends a session, and with it everything in it.</summary>
public abstract class EndSessionTests(AuthServerFactory server) : SpecFacts(server)
{
    private const string Path = "/connect/endsession";
    private const string Bye = "https://web.example/bye";

    [Fact]
    public async Task Oidcc_rp_initiated_logout()
    {
        var tokens = await Web.SignInAsync(Alice);
        var state = RandomNumberGenerator.GetHexString(128);

        var page = await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", Bye), ("state", state));

        Assert.Equal((HttpStatusCode.SeeOther, $"{Bye}?state={state}"), (page.Status, page.Location));
        await ShouldBeSignedOutAsync(tokens);
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_no_state()
    {
        var tokens = await Web.SignInAsync(Alice);

        var page = await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", Bye));

        Assert.Equal(Bye, page.Location);
        await ShouldBeSignedOutAsync(tokens);
    }

    [Theory]
    [InlineData("https://web.example/elsewhere")]
    [InlineData(Bye + "?x=1")]
    [InlineData("https://shop.example/bye")]
    [InlineData("javascript:alert(1)")]
    public async Task An_address_nobody_registered_is_never_led_to(string uri)
    {
        var tokens = await Web.SignInAsync(Alice);

        var page = await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", uri));

        var arrival = await tokens.Browser.FollowAsync(page);
        Assert.Equal((null, "You are signed out"), (arrival.Uri, arrival.Page.Heading));
    }

    [Theory]
    [InlineData("modified")]
    [InlineData("foreign")]
    [InlineData("rubbish")]
    [InlineData("access token")]
    [InlineData("another session's")]
    [InlineData("another client's")]
    [InlineData("none")]
    public async Task Without_a_hint_that_fits_the_person_is_asked_first(string kind)
    {
        var tokens = await Web.SignInAsync(Alice);
        var elsewhere = await Web.SignInAsync(Alice);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var hint = kind switch
        {
            "modified" => Forged.Unsigned(tokens.IdToken),
            "foreign" => Forged.SignedBy(key, tokens.IdToken),
            "access token" => tokens.AccessToken,
            "another session's" => elsewhere.IdToken,
            "another client's" => (await Shop.SignInAsync(elsewhere.Browser, Alice)).IdToken,
            var other => other == "none" ? "" : other,
        };

        var page = await LogoutAsync(tokens, ("id_token_hint", hint), ("post_logout_redirect_uri", Bye), ("state", "s"));

        var arrival = await tokens.Browser.FollowAsync(page);
        Assert.Equal((null, "Sign out?"), (arrival.Uri, arrival.Page.Heading));
        await Web.ShouldBeAliveAsync(tokens);
        await Web.ShouldBeAliveAsync(elsewhere);
    }

    [Theory]
    [InlineData]
    [InlineData("state", "only")]
    public async Task Who_says_yes_is_signed_out_and_the_page_says_so(params string[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var tokens = await Web.SignInAsync(Alice);
        var asked = await tokens.Browser.FollowAsync(await LogoutAsync(tokens, [.. parameters.Chunk(2).Select(p => (p[0], p[1]))]));
        await Web.ShouldBeAliveAsync(tokens);

        var told = await tokens.Browser.FollowAsync(await tokens.Browser.SubmitAsync(asked.Page.FormWith("continue")!));

        Assert.Equal((null, "You are signed out"), (told.Uri, told.Page.Heading));
        await ShouldBeSignedOutAsync(tokens);
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_no_post_logout_redirect_uri()
    {
        var tokens = await Web.SignInAsync(Alice);

        var arrival = await tokens.Browser.FollowAsync(await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken)));

        Assert.Equal("You are signed out", arrival.Page.Heading);
        await ShouldBeSignedOutAsync(tokens);
    }

    [Fact]
    public async Task An_expired_hint_is_still_a_hint()
    {
        var tokens = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromMinutes(100));

        var page = await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", Bye));

        Assert.Equal(Bye, page.Location);
        await ShouldBeSignedOutAsync(tokens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_outlived_a_session_that_time_has_ended_falls_at_the_clients_word(bool signedInAgain)
    {
        var person = await Server.NewPersonAsync();
        var tokens = await Web.SignInAsync(person);
        Clock.Advance(TimeSpan.FromHours(13));
        tokens = tokens with { Answer = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk() };
        var later = signedInAgain ? await Web.SignInAsync(tokens.Browser, person) : null;

        var page = await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", Bye));

        var arrival = await tokens.Browser.FollowAsync(page);
        await Web.ShouldBeDeadAsync(tokens);
        if (later is null)
        {
            Assert.Equal(Bye, page.Location);
        }
        else
        {
            // The session that lives is another one: that is for its person to say.
            Assert.Equal("Sign out?", arrival.Page.Heading);
            await Web.ShouldBeAliveAsync(later);
        }
    }

    [Fact]
    public async Task A_client_id_that_is_not_the_hints_spoils_it()
    {
        var tokens = await Web.SignInAsync(Alice);

        var page = await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken), ("client_id", "shop"), ("post_logout_redirect_uri", Bye));

        Assert.Null((await tokens.Browser.FollowAsync(page)).Uri);
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Signing_out_a_second_time_leads_to_the_client_again()
    {
        var tokens = await Web.SignInAsync(Alice);
        (string, string)[] request = [("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", Bye)];
        await LogoutAsync(tokens, request);

        Assert.Equal(Bye, (await LogoutAsync(tokens, request)).Location);
    }

    [Fact]
    public async Task Everything_of_the_session_dies_at_once_for_every_client_and_nothing_else()
    {
        var tokens = await Web.SignInAsync(Alice, "openid offline_access");
        var refreshed = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        var otherClient = await Shop.SignInAsync(tokens.Browser, Alice);
        var publicClient = await Spa.SignInAsync(tokens.Browser, Alice);
        var otherBrowser = await Web.SignInAsync(Alice);
        var somebodyElse = await Web.SignInAsync(Bob);

        await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", Bye));

        await Web.ShouldBeDeadAsync(tokens);
        await Web.ShouldBeDeadAsync(refreshed);
        await Shop.ShouldBeDeadAsync(otherClient);
        await Spa.ShouldBeDeadAsync(publicClient);
        await Web.ShouldBeAliveAsync(otherBrowser);
        await Web.ShouldBeAliveAsync(somebodyElse);
        Assert.True(await otherBrowser.Browser.IsSignedInAsync());
        (await Web.RefreshAsync(otherBrowser.RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task A_native_client_that_shares_the_browsers_session_keeps_its_offline_access()
    {
        var desktop = Server.Client("desktop");
        var offline = await desktop.SignInAsync(Alice, "openid offline_access");
        var online = await desktop.SignInAsync(offline.Browser, Alice, "openid");

        await LogoutAsync(offline, ("id_token_hint", offline.IdToken));

        await desktop.ShouldBeAliveAsync(offline);
        (await desktop.RefreshAsync(offline.RefreshToken)).ShouldBeOk();
        await desktop.ShouldBeDeadAsync(online);
    }

    [Fact]
    public async Task A_post_from_another_site_goes_on_by_get_with_its_cookies()
    {
        var tokens = await Web.SignInAsync(Alice);
        KeyValuePair<string, string>[] form = [new("id_token_hint", tokens.IdToken), new("post_logout_redirect_uri", Bye), new("state", "a b&c")];

        var page = await tokens.Browser.PostFromElsewhereAsync(Path, form);
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        await Web.ShouldBeAliveAsync(tokens);
        var arrival = await tokens.Browser.FollowAsync(page);

        Assert.Equal($"{Bye}?state=a%20b%26c", arrival.Uri);
        await ShouldBeSignedOutAsync(tokens);
    }

    [Fact]
    public async Task The_confirmation_needs_its_own_antiforgery_token()
    {
        var tokens = await Web.SignInAsync(Alice);

        var page = await tokens.Browser.PostAsync("/connect/endsession/confirm", []);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Signing_out_here_does_the_same()
    {
        var tokens = await Web.SignInAsync(Alice);
        var otherClient = await Shop.SignInAsync(tokens.Browser, Alice);
        Clock.Advance(TimeSpan.FromSeconds(1));

        await tokens.Browser.SignOutAsync();

        await ShouldBeSignedOutAsync(tokens);
        await Shop.ShouldBeDeadAsync(otherClient);
        Assert.Equal(RevocationCause.SignOut, await LastCauseAsync());
    }

    [Fact]
    public async Task The_ledger_says_that_a_client_did_it()
    {
        var tokens = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await LogoutAsync(tokens, ("id_token_hint", tokens.IdToken));

        Assert.Equal(RevocationCause.EndSession, await LastCauseAsync());
    }

    private static Task<Page> LogoutAsync(Tokens tokens, params (string Name, string Value)[] parameters) =>
        tokens.Browser.GetAsync(QueryHelpers.AddQueryString(Path, parameters.Select(p => KeyValuePair.Create(p.Name, (string?)p.Value))));

    private async Task ShouldBeSignedOutAsync(Tokens tokens)
    {
        await Web.ShouldBeDeadAsync(tokens);
        var silent = await tokens.Browser.VisitAsync(Web.Request().With("prompt", "none").Url);
        Assert.Equal("login_required", silent.Error);
    }

    private Task<RevocationCause> LastCauseAsync() =>
        Server.ReadAsync(db => db.Revocations.Where(r => r.Completes == null).OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Select(r => r.Cause).FirstAsync());
}

public sealed class SqliteEndSessionTests(SqliteServer server) : EndSessionTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlEndSessionTests(PostgreSqlServer server) : EndSessionTests(server), IClassFixture<PostgreSqlServer>;
