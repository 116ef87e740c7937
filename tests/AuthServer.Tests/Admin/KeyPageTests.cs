using System.Net;
using System.Text.Json;
using AuthServer.Admin;
using AuthServer.Protocol;
using AuthServer.Tests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Admin;

/// <summary>The operator lets the next signing key sign, and withdraws one that leaked.</summary>
public sealed class KeyPageTests(SqliteServer server) : Specs.SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Another_key_signs_when_an_operator_says_so()
    {
        var admin = await OperatorAsync();
        var before = (await Web.SignInAsync(Bob)).AccessToken;
        Clock.Advance(TimeSpan.FromSeconds(1));

        var page = await admin.SubmitAsync((await admin.GetAsync("/admin/keys")).MainForm()!, ("alg", "ES256"));

        Assert.Equal((HttpStatusCode.SeeOther, "/admin/keys"), (page.Status, page.Location));
        Assert.Contains("Another key signs ES256 now.", (await admin.GetAsync("/admin/keys")).Body, StringComparison.Ordinal);
        Assert.NotEqual(Kid(before), Kid((await Web.SignInAsync(Bob)).AccessToken));
        (await Web.UserInfoAsync(before)).ShouldBeOk();
    }

    [Fact]
    public async Task A_key_that_leaked_is_withdrawn_with_a_reason_and_a_receipt()
    {
        var admin = await OperatorAsync();
        var tokens = await Web.SignInAsync(Bob);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var path = $"/admin/keys/withdraw?kid={Kid(tokens.AccessToken)}";

        var done = await admin.SubmitAsync((await admin.GetAsync(path)).MainForm()!, ("Reason", "it was in a backup"));

        var receipt = await admin.GetAsync(done.Location!);
        Assert.Equal("Signing key withdrawn", receipt.Heading);
        Assert.Contains("it was in a backup", receipt.Body, StringComparison.Ordinal);
        (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(path)).Status);
        await Web.ShouldBeAliveAsync((await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk());
    }

    [Fact]
    public void Whatever_a_client_may_be_registered_with_is_on_its_form()
    {
        var members = JsonSerializer.SerializeToElement(new ClientMetadata()).EnumerateObject().Select(member => member.Name);

        Assert.Equal(
            members.Where(member => member != "client_secret").Order(StringComparer.Ordinal), ClientFields.All.Select(field => field.Member).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_stored_of_a_client_comes_back_from_its_form()
    {
        var metadata = JsonSerializer.Deserialize<ClientMetadata>("""
            {
              "client_id": "c", "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256",
              "jwks": { "keys": [{ "kty": "EC", "crv": "P-256", "x": "x", "y": "y" }] }, "dpop_bound_access_tokens": true,
              "require_pushed_authorization_requests": true, "redirect_uris": ["https://c.example/cb"], "scope": "openid",
              "offline_access_survives_logout": false
            }
            """)!;

        var stored = ClientForm.Of(metadata.NewClient(Guid.Empty, Clock.Now));
        var typed = ClientForm.Read(ClientForm.Of(stored), new ClientMetadata());

        Assert.Equal(JsonSerializer.Serialize(metadata), JsonSerializer.Serialize(typed));
    }

    private static string Kid(string token) => new JsonWebToken(token).Kid;

    private async Task<Browser> OperatorAsync()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        return browser;
    }
}
