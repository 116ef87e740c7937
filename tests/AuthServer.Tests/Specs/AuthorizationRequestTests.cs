using System.Net;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 6749 §4.1.1 and §4.1.2.1, RFC 9207, RFC 9700 §2.1: what is asked, and how it is refused.</summary>
public sealed class AuthorizationRequestTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task The_answer_echoes_state_and_names_the_issuer()
    {
        var request = Web.Request();
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        Assert.StartsWith("https://web.example/cb?", arrival.Uri, StringComparison.Ordinal);
        Assert.Equal(["code", "iss", "state"], arrival.Parameters.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((request.State, AuthServerFactory.Issuer), (arrival["state"], arrival["iss"]));
        Assert.Equal(HttpStatusCode.SeeOther, arrival.Page.Status);
    }

    [Fact]
    public async Task Without_state_none_is_added()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().Without("state").Url, Alice);

        Assert.Equal(["code", "iss"], arrival.Parameters.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_long_state_comes_back_whole_and_one_too_long_to_wait_is_told_to_the_person()
    {
        var state = new string('s', 4096);
        Assert.Equal(state, (await NewBrowser().VisitAsync(Web.Request().With("state", state).Url, Alice))["state"]);

        var refused = await NewBrowser().PostFromElsewhereAsync(CodeRequest.Path, Web.Request().With("state", state + state).Parameters);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    [Fact]
    public async Task Oidcc_ensure_post_request_succeeds()
    {
        var request = Web.Request();
        var browser = NewBrowser();

        // From the client's site: SameSite=Lax cookies stay behind, so the endpoint sends the browser on by GET.
        var page = await browser.PostFromElsewhereAsync(CodeRequest.Path, request.Parameters);
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        var arrival = await browser.FollowAsync(page, Alice);

        Assert.Equal(request.State, arrival["state"]);
        (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
    }

    [Fact]
    public async Task A_post_finds_the_session_that_is_there()
    {
        var browser = NewBrowser();
        await Web.SignInAsync(browser, Alice);

        var arrival = await browser.FollowAsync(await browser.PostFromElsewhereAsync(CodeRequest.Path, Web.Request().Parameters));

        Assert.NotNull(arrival.Code);
        Assert.False(arrival.SignedIn);
    }

    [Fact]
    public async Task Response_mode_form_post_lets_the_browser_post_the_answer()
    {
        var request = Web.Request().With("response_mode", "form_post");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        Assert.Equal("https://web.example/cb", arrival.Uri);
        Assert.Equal((request.State, AuthServerFactory.Issuer), (arrival["state"], arrival["iss"]));
        Assert.Contains("form-action 'self' https://web.example", arrival.Page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-store", arrival.Page.Header("Cache-Control"));
        (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
    }

    [Fact]
    public async Task Response_mode_form_post_carries_errors_too()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().With("response_mode", "form_post").With("prompt", "none").Url);

        Assert.Equal(("https://web.example/cb", "login_required"), (arrival.Uri, arrival.Error));
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("response_mode", "web_message", "invalid_request")]
    [InlineData("scope", "openid admin", "invalid_scope")]
    [InlineData("scope", " ", "invalid_scope")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "surprise", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("max_age", "99999999999", "invalid_request")]
    [InlineData("id_token_hint", "rubbish", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge", "=========================================A=", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("request_uri", "https://web.example/request.jwt", "request_uri_not_supported")]
    [InlineData("registration", "{}", "registration_not_supported")]
    public async Task What_is_wrong_is_told_to_the_client(string name, string value, string error)
    {
        var request = Web.Request().With(name, value);
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        Assert.StartsWith("https://web.example/cb?", arrival.Uri, StringComparison.Ordinal);
        Assert.Equal((error, request.State, AuthServerFactory.Issuer), (arrival.Error, arrival["state"], arrival["iss"]));
        Assert.NotNull(arrival["error_description"]);
        Assert.Null(arrival.Code);
    }

    [Theory]
    [InlineData("response_type")]
    [InlineData("scope")]
    public async Task What_is_missing_is_told_to_the_client(string name)
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().Without(name).Url, Alice);

        Assert.StartsWith("https://web.example/cb?", arrival.Uri, StringComparison.Ordinal);
        Assert.True(arrival.Error is "invalid_request" or "invalid_scope", arrival.Error);
    }

    [Fact]
    public async Task A_public_client_must_use_pkce()
    {
        var arrival = await NewBrowser().VisitAsync(Spa.Request().Without("code_challenge", "code_challenge_method").Url, Alice);

        Assert.Equal("invalid_request", arrival.Error);
    }

    [Fact]
    public async Task A_challenge_without_method_means_plain_and_is_refused()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().Without("code_challenge_method").Url, Alice);

        Assert.Equal("invalid_request", arrival.Error);
    }

    [Fact]
    public async Task A_method_without_challenge_is_refused()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().Without("code_challenge").Url, Alice);

        Assert.Equal("invalid_request", arrival.Error);
    }

    [Theory]
    [InlineData("client_id", "web")]
    [InlineData("state", "again")]
    [InlineData("redirect_uri", "https://web.example/cb")]
    [InlineData("anything", "once", "anything", "twice")]
    public async Task A_parameter_given_twice_is_refused(params string[] again)
    {
        ArgumentNullException.ThrowIfNull(again);
        var request = Web.Request();
        for (var i = 0; i < again.Length; i += 2)
        {
            request = request.Again(again[i], again[i + 1]);
        }

        (await NewBrowser().VisitAsync(request.Url, Alice)).ShouldBeToldToThePerson();
        (await NewBrowser().FollowAsync(await NewBrowser().PostAsync(CodeRequest.Path, request.Parameters))).ShouldBeToldToThePerson();
    }

    [Theory]
    [InlineData("state")]
    [InlineData("nonce")]
    [InlineData("login_hint")]
    [InlineData("scope")]
    public async Task A_nul_character_is_refused(string name)
    {
        (await NewBrowser().VisitAsync(Web.Request().With(name, "a\0b").Url, Alice)).ShouldBeToldToThePerson();
    }

    [Fact]
    public async Task A_parameter_without_value_counts_as_omitted()
    {
        var request = Web.Request().With("prompt", "").With("max_age", "").With("id_token_hint", "").With("request", "");

        Assert.NotNull((await NewBrowser().VisitAsync(request.Url, Alice)).Code);
    }
}
