using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Front-Channel Logout 1.0: clients told by frames of the signed-out page.</summary>
public sealed partial class FrontChannelLogoutTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Oidcc_frontchannel_logout_discovery_endpoint_verification()
    {
        var metadata = JsonDocument.Parse(await Server.Http.GetStringAsync("/.well-known/openid-configuration", Cancellation)).RootElement;

        Assert.True(metadata.GetProperty("frontchannel_logout_supported").GetBoolean());
        Assert.True(metadata.GetProperty("frontchannel_logout_session_supported").GetBoolean());
        Assert.StartsWith("https://", metadata.GetProperty("end_session_endpoint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oidcc_frontchannel_rp_initiated_logout()
    {
        var told = await RegisterAsync(sessionRequired: true);
        var tokens = await told.Party.SignInAsync(await Server.NewPersonAsync());
        var uri = told.Party.Registration.PostLogoutRedirectUri!;

        var page = await FollowAsync(tokens.Browser, await tokens.Browser.GetAsync(
            $"/connect/endsession?id_token_hint={tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(uri)}&state=the-state"));

        var frame = new Uri(Assert.Single(Frames(page)));
        Assert.Equal($"https://{told.Host}/fcl", frame.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(frame.Query);
        Assert.Equal(["iss", "sid"], query.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(AuthServerFactory.Issuer, query["iss"]);
        Assert.Equal(new JsonWebToken(tokens.IdToken).GetClaim("sid").Value, query["sid"]);
        Assert.Equal($"{uri}?state=the-state", WebUtility.HtmlDecode(GoOn().Match(page.Body).Groups["uri"].Value));
        Assert.Contains("/js/signed-out.js", page.Body, StringComparison.Ordinal);
        Assert.Equal("login_required", (await tokens.Browser.VisitAsync(told.Party.Request().With("prompt", "none").Url)).Error);
    }

    [Fact]
    public async Task Frames_may_come_from_the_clients_of_this_session_alone_and_only_on_this_page()
    {
        var (one, two, other) = (await RegisterAsync(), await RegisterAsync(), await RegisterAsync());
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        var revoked = await one.Party.SignInAsync(browser, person);
        await two.Party.SignInAsync(browser, person);
        await other.Party.SignInAsync(person);
        (await one.Party.RevokeAsync(revoked.RefreshToken)).ShouldBeOk(); // Its login hangs from the session, whatever its tokens do.
        Assert.DoesNotContain("frame-src", (await browser.GetAsync("/Identity/Account/Logout")).Header("Content-Security-Policy"), StringComparison.Ordinal);

        var page = await FollowAsync(browser, await browser.SignOutAsync());

        string[] hosts = [one.Host, two.Host];
        Assert.Equal(hosts.Order(StringComparer.Ordinal).Select(host => $"https://{host}/fcl"), Frames(page).Order(StringComparer.Ordinal));
        var policy = Assert.Single(page.Header("Content-Security-Policy")!.Split("; "), directive => directive.StartsWith("frame-src", StringComparison.Ordinal));
        Assert.Equal("frame-src " + string.Join(' ', hosts.Order(StringComparer.Ordinal).Select(host => $"https://{host}")), policy);
        Assert.DoesNotContain("data-go-on", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logout_that_the_person_confirms_loads_the_frames_too()
    {
        var told = await RegisterAsync();
        var tokens = await told.Party.SignInAsync(await Server.NewPersonAsync());
        var uri = told.Party.Registration.PostLogoutRedirectUri!;

        var asked = await FollowAsync(tokens.Browser, await tokens.Browser.GetAsync(
            $"/connect/endsession?client_id={told.ClientId}&post_logout_redirect_uri={Uri.EscapeDataString(uri)}"));
        var page = await FollowAsync(tokens.Browser, await tokens.Browser.SubmitAsync(asked.FormWith("continue")!));

        Assert.Equal($"https://{told.Host}/fcl", Assert.Single(Frames(page)));
        Assert.Equal(uri, GoOn().Match(page.Body).Groups["uri"].Value);
        Assert.False(await tokens.Browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_session_without_such_clients_goes_straight_back()
    {
        var told = await ToldClient.RegisterAsync(Server);
        var tokens = await told.Party.SignInAsync(await Server.NewPersonAsync());
        var uri = told.Party.Registration.PostLogoutRedirectUri!;

        var left = await tokens.Browser.GetAsync($"/connect/endsession?id_token_hint={tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(uri)}");

        Assert.Equal(uri, left.Location);
    }

    [Fact]
    public async Task A_disabled_client_gets_no_frame()
    {
        var told = await RegisterAsync();
        var tokens = await told.Party.SignInAsync(await Server.NewPersonAsync());
        await Server.WithdrawAsync(new RevocationTarget.Client(told.Id), RevocationCause.ClientDisabled);

        Assert.Equal("/Identity/Account/Logout", (await tokens.Browser.SignOutAsync()).Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?continue=forged")]
    public async Task The_page_shows_nothing_that_the_server_did_not_seal(string query) =>
        Assert.Equal("/", (await NewBrowser().GetAsync("/signed-out" + query)).Location);

    private Task<ToldClient> RegisterAsync(bool sessionRequired = false) => ToldClient.RegisterAsync(Server, client => client with
    {
        BackchannelLogoutUri = null,
        FrontchannelLogoutUri = new Uri(new Uri(client.RedirectUris[0]), "/fcl").ToString(),
        FrontchannelLogoutSessionRequired = sessionRequired,
    });

    private static async Task<Page> FollowAsync(Browser browser, Page page)
    {
        while (page.Location is { } location)
        {
            Assert.StartsWith("/", location, StringComparison.Ordinal);
            page = await browser.GetAsync(location);
        }

        return page;
    }

    private static List<string> Frames(Page page) =>
        [.. Frame().Matches(page.Body).Select(match => WebUtility.HtmlDecode(match.Groups["uri"].Value))];

    [GeneratedRegex("<iframe[^>]* src=\"(?<uri>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Frame();

    [GeneratedRegex("href=\"(?<uri>[^\"]*)\" data-go-on", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex GoOn();
}
