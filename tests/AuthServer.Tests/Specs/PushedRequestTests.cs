using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 9126: the client pushes its request, the browser brings a reference to it.</summary>
public sealed class PushedRequestTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Prefix = "urn:ietf:params:oauth:request_uri:";

    [Fact]
    public async Task A_pushed_request_is_answered_like_any_other()
    {
        var request = Web.Request("openid email").With("response_mode", "form_post");
        var (answer, url) = await Web.PushAsync(request);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(("application/json", "no-store"), (answer.Header("Content-Type"), answer.Header("Cache-Control")));
        Assert.Equal(["expires_in", "request_uri"], answer.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("90", answer.Member("expires_in"));
        Assert.StartsWith(Prefix, answer.Member("request_uri"), StringComparison.Ordinal);
        Assert.True(answer.Member("request_uri")!.Length >= Prefix.Length + 43);

        var arrival = await NewBrowser().VisitAsync(url, await Server.NewPersonAsync());
        Assert.Equal(("https://web.example/cb", request.State), (arrival.Uri, arrival["state"]));
        Assert.Equal("openid email", (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk().Scope);
    }

    [Fact]
    public async Task A_public_client_pushes_by_its_name_alone()
    {
        var request = Spa.Request();
        var (answer, url) = await Spa.PushAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.Status);

        (await Spa.RedeemAsync((await NewBrowser().VisitAsync(url, Alice)).Code!, request)).ShouldBeOk();
    }

    [Fact]
    public async Task A_reference_is_used_once()
    {
        var (_, url) = await Web.PushAsync(Web.Request());
        Assert.NotNull((await NewBrowser().VisitAsync(url, Alice)).Code);

        ShouldBeUnknown(await NewBrowser().VisitAsync(url, Alice));
    }

    [Fact]
    public async Task Of_twenty_browsers_at_once_one_gets_the_request()
    {
        var (_, url) = await Web.PushAsync(Web.Request());

        var pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => NewBrowser().GetAsync(url)));

        Assert.Single(pages, page => page.Status == HttpStatusCode.SeeOther);
        Assert.Equal(19, pages.Count(page => page.Status == HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_reference_expires()
    {
        var (_, inTime) = await Web.PushAsync(Web.Request());
        var (_, late) = await Web.PushAsync(Web.Request());

        Clock.Advance(TimeSpan.FromSeconds(89));
        Assert.NotNull((await NewBrowser().VisitAsync(inTime, Alice)).Code);
        Clock.Advance(TimeSpan.FromSeconds(1));
        ShouldBeUnknown(await NewBrowser().VisitAsync(late, Alice));
    }

    [Fact]
    public async Task Who_takes_long_to_sign_in_is_not_late()
    {
        var (_, url) = await Web.PushAsync(Web.Request());
        var browser = NewBrowser();
        var login = await browser.GetAsync((await browser.GetAsync(url)).Location!);
        Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.NotNull((await browser.FollowAsync(login, Alice)).Code);
    }

    [Fact]
    public async Task Another_clients_reference_is_unknown_and_stays_its_own()
    {
        var request = Web.Request();
        var (answer, url) = await Web.PushAsync(request);

        ShouldBeUnknown(await NewBrowser().VisitAsync(CodeRequest.Pushed("shop", answer.Member("request_uri")), Alice));
        ShouldBeUnknown(await NewBrowser().VisitAsync($"{CodeRequest.Path}?request_uri={Uri.EscapeDataString(answer.Member("request_uri")!)}", Alice));
        Assert.NotNull((await NewBrowser().VisitAsync(url, Alice)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("not base64url!")]
    public async Task A_reference_that_nobody_made_is_told_to_the_person(string reference) =>
        ShouldBeUnknown(await NewBrowser().VisitAsync(CodeRequest.Pushed("web", Prefix + reference), Alice));

    [Fact]
    public async Task What_stands_beside_the_reference_is_not_looked_at()
    {
        var request = Web.Request("openid");
        var (_, url) = await Web.PushAsync(request);

        var arrival = await NewBrowser().VisitAsync($"{url}&scope=openid%20email&redirect_uri=https%3A%2F%2Fevil.example&state=forged", Alice);

        Assert.Equal(request.State, arrival["state"]);
        Assert.Equal("openid", (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk().Scope);
    }

    [Fact]
    public async Task A_reference_may_come_by_post_from_elsewhere()
    {
        var (answer, _) = await Web.PushAsync(Web.Request());
        var browser = NewBrowser();

        var page = await browser.PostFromElsewhereAsync(
            CodeRequest.Path, [new("client_id", "web"), new("request_uri", answer.Member("request_uri")!)]);

        Assert.NotNull((await browser.FollowAsync(page, Alice)).Code);
    }

    [Theory]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("redirect_uri", "https://evil.example/cb", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "openid admin", "invalid_scope")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("resource", "https://nowhere.example", "invalid_target")]
    [InlineData("claims", "[]", "invalid_request")]
    public async Task What_is_wrong_is_told_at_the_push(string name, string value, string error)
    {
        var (answer, _) = await Web.PushAsync(Web.Request().With(name, value));

        answer.ShouldBe(HttpStatusCode.BadRequest, error);
    }

    [Fact]
    public async Task Who_does_not_prove_who_it_is_pushes_nothing()
    {
        (await Web.With("wrong secret", "client_secret_basic").PushAsync(Web.Request())).Answer.ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        (await Web.With(null, "none").PushAsync(Web.Request())).Answer.ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_parameter_given_twice_is_refused()
    {
        var (answer, _) = await Web.PushAsync(Web.Request().Again("scope", "openid"));

        answer.ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_request_too_long_to_wait_is_refused_at_the_push()
    {
        var (answer, _) = await Web.PushAsync(Web.Request().With("state", new string('s', 6 * 1024)));

        answer.ShouldBe(HttpStatusCode.RequestEntityTooLarge, "invalid_request");
    }

    [Fact]
    public async Task A_client_registered_to_push_is_heard_no_other_way()
    {
        var pushing = Server.Client("pushing");
        var request = pushing.Request();

        Assert.Equal("invalid_request", (await NewBrowser().VisitAsync(request.Url, Alice)).Error);
        var (_, url) = await pushing.PushAsync(request);
        (await pushing.RedeemAsync((await NewBrowser().VisitAsync(url, Alice)).Code!, request)).ShouldBeOk();
    }

    [Fact]
    public async Task Neither_the_reference_nor_the_secret_is_stored()
    {
        var (answer, _) = await Shop.PushAsync(Shop.Request());

        var row = await Server.ReadAsync(db => db.PushedRequests.OrderByDescending(r => r.ExpiresAt).FirstAsync());
        Assert.Equal(32, row.ReferenceHash.Length);
        Assert.DoesNotContain(Shop.Registration.Secret!, row.Parameters, StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Member("request_uri")![Prefix.Length..], row.Parameters, StringComparison.Ordinal);
    }

    private static void ShouldBeUnknown(Arrival arrival)
    {
        arrival.ShouldBeToldToThePerson();
        Assert.Contains("invalid_request_uri", arrival.Page.Body, StringComparison.Ordinal);
    }
}
