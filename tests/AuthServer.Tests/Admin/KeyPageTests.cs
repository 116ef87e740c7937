using System.Net;
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

        var asked = await admin.GetAsync(path);
        Assert.Contains("until it fetches the key set again", asked.Body, StringComparison.Ordinal);
        var done = await admin.SubmitAsync(asked.MainForm()!, ("Reason", "it was in a backup"));

        // Who holds the key chooses when a forgery expires: there is no instant.
        var receipt = await admin.GetAsync(done.Location!);
        Assert.Contains("fetches the key set again", receipt.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("for APIs that only check signatures", receipt.Body, StringComparison.Ordinal);
        Assert.Equal("Signing key withdrawn", receipt.Heading);
        Assert.Contains("it was in a backup", receipt.Body, StringComparison.Ordinal);
        (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(path)).Status);
        await Web.ShouldBeAliveAsync((await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk());
    }

    private static string Kid(string token) => new JsonWebToken(token).Kid;

    private async Task<Browser> OperatorAsync()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        return browser;
    }
}
