using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Protocol;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>
/// The modules of the OpenID Foundation's Basic, RP-Initiated Logout and Session Management plans that no other class has a test of the same name
/// for. docs/conformance.md says where each module is.
/// </summary>
public sealed class ConformanceSuiteTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Bye = "https://web.example/bye";

    [Fact]
    public async Task Oidcc_response_type_missing()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().Without("response_type").Url, Alice);

        Assert.StartsWith(Web.Registration.RedirectUri, arrival.Uri, StringComparison.Ordinal);
        Assert.Equal("invalid_request", arrival.Error);
    }

    [Fact]
    public void Oidcc_idtoken_unsigned()
    {
        var metadata = new ClientMetadata
        {
            ClientId = "unsigned",
            ClientSecret = "a secret of some length",
            RedirectUris = ["https://unsigned.example/cb"],
            IdTokenSignedResponseAlg = "none",
        };

        Assert.Contains(
            ClientMetadataValidator.Problems(metadata, new HashSet<string>(StringComparer.Ordinal)), problem => problem.Member == "id_token_signed_response_alg");
    }

    [Fact]
    public Task Oidcc_scope_profile() => ShouldTellAsync("profile", "name", "family_name", "given_name", "preferred_username", "updated_at");

    [Fact]
    public Task Oidcc_scope_email() => ShouldTellAsync("email", "email", "email_verified");

    [Fact]
    public Task Oidcc_scope_address() => ShouldTellAsync("address", "address");

    [Fact]
    public Task Oidcc_scope_phone() => ShouldTellAsync("phone", "phone_number", "phone_number_verified");

    [Fact]
    public Task Oidcc_display_page() => ShouldSucceedWithAsync("display", "page");

    [Fact]
    public Task Oidcc_display_popup() => ShouldSucceedWithAsync("display", "popup");

    [Fact]
    public Task Oidcc_ensure_request_with_unknown_parameter_succeeds() => ShouldSucceedWithAsync("extra", "foobar");

    [Fact]
    public Task Oidcc_ui_locales() => ShouldSucceedWithAsync("ui_locales", "se fr-CA xx");

    [Fact]
    public Task Oidcc_claims_locales() => ShouldSucceedWithAsync("claims_locales", "se");

    [Fact]
    public async Task Oidcc_ensure_request_with_acr_values_succeeds()
    {
        var metadata = await DiscoverAsync();
        var offered = metadata.GetProperty("acr_values_supported")[0].GetString()!;

        var token = await ShouldSucceedWithAsync("acr_values", offered);

        Assert.Equal(offered, token.GetClaim("acr").Value);
    }

    [Fact]
    public async Task Oidcc_claims_essential()
    {
        var request = Web.Request("openid").With("claims", """{"userinfo":{"name":{"essential":true}}}""");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);
        var tokens = (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();

        Assert.Equal("Alice Archer", (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBeOk().Member("name"));
    }

    [Fact]
    public async Task Oidcc_server_client_secret_post()
    {
        Assert.Equal("client_secret_post", Shop.Registration.Method);
        var tokens = await Shop.SignInAsync(Alice);

        Assert.Equal(new JsonWebToken(tokens.IdToken).Subject, (await Shop.UserInfoAsync(tokens.AccessToken)).ShouldBeOk().Member("sub"));
    }

    [Fact]
    public Task Oidcc_ensure_request_with_valid_pkce_succeeds()
    {
        Assert.Equal("S256", Web.Request()["code_challenge_method"]);
        return ShouldSucceedWithAsync("code_challenge_method", "S256");
    }

    [Fact]
    public Task Oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() =>
        ShouldBeRefusedWithAsync("request_uri", "https://web.example/request.jwt", "request_uri_not_supported");

    [Fact]
    public Task Oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() =>
        ShouldBeRefusedWithAsync("request", RequestObject("https://web.example/cb"), "request_not_supported");

    [Fact]
    public Task Oidcc_ensure_request_object_with_redirect_uri() =>
        ShouldBeRefusedWithAsync("request", RequestObject("https://evil.example/cb"), "request_not_supported");

    [Fact]
    public Task Oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() => ShouldStayHereAsync(uri: "https://web.example/elsewhere");

    [Fact]
    public Task Oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() => ShouldStayHereAsync(uri: $"{Bye}?x=1");

    [Fact]
    public Task Oidcc_rp_initiated_logout_modified_id_token_hint() => ShouldStayHereAsync(hint: Forged.Unsigned);

    [Fact]
    public async Task Oidcc_rp_initiated_logout_bad_id_token_hint()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await ShouldStayHereAsync(hint: token => Forged.SignedBy(key, token));
    }

    [Fact]
    public Task Oidcc_rp_initiated_logout_no_id_token_hint() => ShouldStayHereAsync(hint: _ => null);

    [Fact]
    public Task Oidcc_rp_initiated_logout_no_params() => ShouldAskAndSignOutAsync();

    [Fact]
    public Task Oidcc_rp_initiated_logout_only_state() => ShouldAskAndSignOutAsync(("state", "only"));

    // Session management is not offered: its frame needs cookies that browsers no longer send to it. Discovery must not say otherwise.
    [Fact]
    public async Task Oidcc_session_management_discovery_endpoint_verification() =>
        Assert.False((await DiscoverAsync()).TryGetProperty("check_session_iframe", out _));

    [Fact]
    public async Task Oidcc_session_management_rp_initiated_logout()
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().Url, Alice);

        Assert.Null(arrival["session_state"]);
    }

    private static string RequestObject(string redirectUri) =>
        $"eyJhbGciOiJub25lIn0.{WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(new { client_id = "web", redirect_uri = redirectUri }))}.";

    private async Task<JsonWebToken> ShouldSucceedWithAsync(string name, string value)
    {
        var request = Web.Request().With(name, value);
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        return new JsonWebToken((await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk().IdToken);
    }

    private async Task ShouldBeRefusedWithAsync(string name, string value, string error)
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().With(name, value).Url, Alice);

        Assert.StartsWith(Web.Registration.RedirectUri, arrival.Uri, StringComparison.Ordinal);
        Assert.Equal((error, null), (arrival.Error, arrival.Code));
    }

    private async Task ShouldTellAsync(string scope, params string[] claims)
    {
        var tokens = await Web.SignInAsync(Alice, $"openid {scope}");
        var told = (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBeOk().Json;

        Assert.All(claims, claim => Assert.True(told.TryGetProperty(claim, out _), claim));
    }

    /// <summary>Nobody is led to an address that was not registered, or by a hint that is not ours; the person sees a page instead.</summary>
    private async Task ShouldStayHereAsync(string uri = Bye, Func<string, string?>? hint = null)
    {
        var tokens = await Web.SignInAsync(Alice);
        var given = hint is null ? tokens.IdToken : hint(tokens.IdToken);

        var page = await LogoutAsync(tokens, [.. given is null ? [] : new[] { ("id_token_hint", given) }, ("post_logout_redirect_uri", uri), ("state", "s")]);

        var arrival = await tokens.Browser.FollowAsync(page);
        Assert.Null(arrival.Uri);
        Assert.Equal(HttpStatusCode.OK, arrival.Page.Status);
    }

    private async Task ShouldAskAndSignOutAsync(params (string Name, string Value)[] parameters)
    {
        var tokens = await Web.SignInAsync(Alice);
        var asked = await tokens.Browser.FollowAsync(await LogoutAsync(tokens, parameters));
        Assert.True(await tokens.Browser.IsSignedInAsync());

        var told = await tokens.Browser.FollowAsync(await tokens.Browser.SubmitAsync(asked.Page.FormWith("continue")!));

        Assert.Equal("You are signed out", told.Page.Heading);
        Assert.False(await tokens.Browser.IsSignedInAsync());
    }

    private static Task<Page> LogoutAsync(Tokens tokens, (string Name, string Value)[] parameters) => tokens.Browser.GetAsync(
        QueryHelpers.AddQueryString("/connect/endsession", parameters.Select(p => KeyValuePair.Create(p.Name, (string?)p.Value))));

    private async Task<JsonElement> DiscoverAsync() =>
        JsonDocument.Parse(await Server.Http.GetStringAsync("/.well-known/openid-configuration", Cancellation)).RootElement;
}
