using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 8707 §2 at the device authorization endpoint: a device says for which resource it wants its tokens.</summary>
public sealed class DeviceResourceTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Orders = "https://orders.example";

    private RelyingParty Tv { get; } = server.Client("tv");

    [Fact]
    public async Task The_tokens_are_for_what_the_device_asked_for_at_first_and_at_every_refresh()
    {
        var asked = (await AskAsync(Orders)).ShouldBeOk();
        await AllowAsync(asked);

        (await PollAsync(asked, AuthServerFactory.Issuer)).ShouldBe(HttpStatusCode.BadRequest, "invalid_target");
        var tokens = (await PollAsync(asked)).ShouldBeOk();

        Assert.Equal(("orders.read", Orders), (tokens.Scope, Audience(tokens)));
        var refreshed = (await Tv.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Assert.Equal(Orders, Audience(refreshed));
        (await Tv.PostAsync("/connect/token", [("grant_type", "refresh_token"), ("refresh_token", refreshed.RefreshToken), ("resource", AuthServerFactory.Issuer)]))
            .ShouldBe(HttpStatusCode.BadRequest, "invalid_target");
    }

    [Fact]
    public async Task Several_are_narrowed_when_the_code_is_redeemed()
    {
        var asked = (await AskAsync(Orders, AuthServerFactory.Issuer)).ShouldBeOk();
        await AllowAsync(asked);

        var tokens = (await PollAsync(asked, AuthServerFactory.Issuer)).ShouldBeOk();

        Assert.Equal(("openid profile offline_access", AuthServerFactory.Issuer), (tokens.Scope, Audience(tokens)));
    }

    [Theory]
    [InlineData("https://billing.example")]
    [InlineData("orders")]
    public async Task What_no_scope_is_good_for_is_no_target(string resource) =>
        (await AskAsync(resource)).ShouldBe(HttpStatusCode.BadRequest, "invalid_target");

    private Task<Answer> AskAsync(params string[] resources) => Tv.PostAsync(
        "/connect/device", [("scope", Tv.Registration.Scope), .. resources.Select(resource => ("resource", (string?)resource))]);

    private Task<Answer> PollAsync(Answer asked, params string[] resources) => Tv.PostAsync(
        "/connect/token",
        [
            ("grant_type", DeviceParty.GrantType), ("device_code", asked.Member("device_code")),
            .. resources.Select(resource => ("resource", (string?)resource)),
        ]);

    private async Task AllowAsync(Answer asked)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        Assert.Equal("The device is connected", (await DeviceParty.DecideAsync(browser, asked)).Heading);
    }

    private static string Audience(Answer tokens) => Assert.Single(new JsonWebToken(tokens.AccessToken).Audiences);
}
