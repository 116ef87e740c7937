using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 8707: the client says for which resource it wants its tokens.</summary>
public sealed class ResourceIndicatorTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Orders = "https://orders.example";
    private const string Billing = "https://billing.example";
    private const string Archive = "https://archive.example";

    private RelyingParty Broker => Server.Client("broker");

    [Fact]
    public async Task Without_resource_the_scopes_say_it()
    {
        var tokens = await Broker.SignInAsync(Alice);

        Assert.Equal([Archive, Billing, Orders], Audience(tokens.AccessToken));
        Assert.Equal("openid profile offline_access orders.read bills.read", tokens.Answer.Scope);
    }

    [Fact]
    public async Task The_token_is_for_what_was_asked_for_with_the_scopes_that_are_good_there()
    {
        var (_, tokens) = await AskAsync(Broker.Request().With("resource", Orders));

        Assert.Equal([Orders], Audience(tokens.AccessToken));
        Assert.Equal("orders.read", tokens.Scope);
        Assert.Equal("orders.read", new JsonWebToken(tokens.AccessToken).GetClaim("scope").Value);
        Assert.NotNull(tokens.Member("id_token"));
        Assert.NotNull(tokens.Member("refresh_token"));
    }

    [Fact]
    public async Task Resource_may_be_given_several_times()
    {
        var request = Broker.Request().Again("resource", Orders).Again("resource", Billing).Again("resource", Orders);
        var (_, tokens) = await AskAsync(request);

        Assert.Equal([Billing, Orders], Audience(tokens.AccessToken));
        Assert.Equal("orders.read bills.read", tokens.Scope);
    }

    [Fact]
    public async Task Resource_may_be_pushed_several_times()
    {
        var request = Broker.Request().Again("resource", Orders).Again("resource", Archive);
        var (_, url) = await Broker.PushAsync(request);
        var arrival = await NewBrowser().VisitAsync(url, Alice);

        Assert.Equal([Archive, Orders], Audience((await Broker.RedeemAsync(arrival.Code!, request)).ShouldBeOk().AccessToken));
    }

    [Fact]
    public async Task The_issuer_is_the_resource_of_the_standard_scopes()
    {
        var (_, tokens) = await AskAsync(Broker.Request().With("resource", AuthServerFactory.Issuer));

        Assert.Equal([AuthServerFactory.Issuer], Audience(tokens.AccessToken));
        Assert.Equal("openid profile offline_access", tokens.Scope);
        (await Broker.UserInfoAsync(tokens.AccessToken)).ShouldBeOk();
    }

    [Fact]
    public async Task A_token_for_an_api_alone_does_not_open_userinfo()
    {
        var (_, tokens) = await AskAsync(Broker.Request().With("resource", Orders));

        (await Broker.UserInfoAsync(tokens.AccessToken)).ShouldBe(HttpStatusCode.Forbidden, "insufficient_scope");
    }

    [Theory]
    [InlineData("https://nowhere.example")]
    [InlineData("https://orders.example/")]
    [InlineData("https://orders.example#part")]
    [InlineData("https://orders.example https://billing.example")]
    [InlineData("orders")]
    [InlineData("/orders")]
    public async Task What_no_scope_is_good_for_is_no_target(string resource)
    {
        Assert.Equal("invalid_target", (await NewBrowser().VisitAsync(Broker.Request().With("resource", resource).Url, Alice)).Error);
        (await Broker.PostAsync("/connect/token", [("grant_type", "client_credentials"), ("resource", resource)]))
            .ShouldBe(HttpStatusCode.BadRequest, "invalid_target");
    }

    [Fact]
    public async Task A_resource_whose_scope_is_not_asked_for_is_no_target()
    {
        var arrival = await NewBrowser().VisitAsync(Broker.Request("openid bills.read").With("resource", Orders).Url, Alice);

        Assert.Equal("invalid_target", arrival.Error);
    }

    [Fact]
    public async Task A_token_request_narrows_and_a_wrong_one_burns_nothing()
    {
        var request = Broker.Request().Again("resource", Orders).Again("resource", Billing);
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        (await RedeemAsync(arrival.Code!, request, Archive)).ShouldBe(HttpStatusCode.BadRequest, "invalid_target");
        (await RedeemAsync(arrival.Code!, request, Orders, Archive)).ShouldBe(HttpStatusCode.BadRequest, "invalid_target");
        var tokens = (await RedeemAsync(arrival.Code!, request, Billing)).ShouldBeOk();

        ShouldBeFor(Billing, "bills.read", tokens);
    }

    [Fact]
    public async Task A_refresh_narrows_its_own_access_token_only()
    {
        var (_, tokens) = await AskAsync(Broker.Request().Again("resource", Orders).Again("resource", Billing));

        var narrow = (await RefreshAsync(tokens.RefreshToken, Orders)).ShouldBeOk();
        (await RefreshAsync(narrow.RefreshToken, Archive)).ShouldBe(HttpStatusCode.BadRequest, "invalid_target");
        var wide = (await Broker.RefreshAsync(narrow.RefreshToken)).ShouldBeOk();

        Assert.Equal([Orders], Audience(narrow.AccessToken));
        Assert.Equal([Billing, Orders], Audience(wide.AccessToken));
    }

    [Fact]
    public async Task Without_resource_at_first_a_refresh_may_still_name_one_that_its_scopes_are_good_for()
    {
        var tokens = await Broker.SignInAsync(Alice);

        var narrow = (await RefreshAsync(tokens.RefreshToken, Archive)).ShouldBeOk();
        ShouldBeFor(Archive, "bills.read", narrow);

        var both = await Broker.PostAsync(
            "/connect/token", [("grant_type", "refresh_token"), ("refresh_token", narrow.RefreshToken), ("scope", "orders.read"), ("resource", Archive)]);
        both.ShouldBe(HttpStatusCode.BadRequest, "invalid_target");
    }

    [Fact]
    public async Task Client_credentials_name_a_resource_too()
    {
        var answer = (await Broker.PostAsync("/connect/token", [("grant_type", "client_credentials"), ("resource", Billing)])).ShouldBeOk();

        ShouldBeFor(Billing, "bills.read", answer);
    }

    [Fact]
    public async Task A_resource_server_is_told_of_tokens_for_itself_alone()
    {
        var (_, tokens) = await AskAsync(Broker.Request().Again("resource", Orders).Again("resource", Billing));
        var ordersApi = Server.Client("orders-api");
        var (orders, billing) = (await RefreshAsync(tokens.RefreshToken, Orders), await RefreshAsync(tokens.RefreshToken, Billing));

        var told = (await ordersApi.IntrospectAsync(orders.AccessToken)).Json;
        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal("""["https://orders.example"]""", told.GetProperty("aud").GetRawText());
        Assert.Equal("orders.read", told.GetProperty("scope").GetString());
        Assert.Equal("""{"active":false}""", (await ordersApi.IntrospectAsync(billing.AccessToken)).Text);
    }

    [Fact]
    public async Task A_resource_whose_scopes_were_unticked_is_in_no_token()
    {
        var request = Broker.Request("openid profile orders.read").With("resource", Orders);
        var browser = NewBrowser();
        var page = (await browser.VisitAsync(request.Url, await Server.NewPersonAsync(), decision: null)).Page;
        var answered = await browser.SubmitAsync(page.FormWith("decision")!.Without("allow", "orders.read"), ("decision", "allow"));

        var tokens = (await Broker.RedeemAsync((await browser.FollowAsync(answered)).Code!, request)).ShouldBeOk();

        ShouldBeFor(AuthServerFactory.Issuer, "openid profile", tokens);
    }

    private async Task<(Arrival Arrival, Answer Tokens)> AskAsync(CodeRequest request)
    {
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);
        Assert.True(arrival.Code is not null, arrival.Uri ?? arrival.Page.Heading);
        return (arrival, (await Broker.RedeemAsync(arrival.Code, request)).ShouldBeOk());
    }

    private Task<Answer> RedeemAsync(string code, CodeRequest request, params string[] resources) => Broker.PostAsync(
        "/connect/token",
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request["redirect_uri"]), ("code_verifier", request.Verifier),
            .. resources.Select(resource => ("resource", (string?)resource)),
        ]);

    private Task<Answer> RefreshAsync(string token, string resource) =>
        Broker.PostAsync("/connect/token", [("grant_type", "refresh_token"), ("refresh_token", token), ("resource", resource)]);

    private static void ShouldBeFor(string audience, string scope, Answer tokens)
    {
        Assert.Equal([audience], Audience(tokens.AccessToken));
        Assert.Equal(scope, tokens.Scope);
    }

    private static string[] Audience(string accessToken) => [.. new JsonWebToken(accessToken).Audiences.Order(StringComparer.Ordinal)];
}
