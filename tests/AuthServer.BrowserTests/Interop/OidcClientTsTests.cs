using System.Net;
using System.Net.Http.Headers;
using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Interop;

/// <summary>The server as oidc-client-ts (a library for browsers that others wrote) sees it, from a page of another origin.</summary>
public sealed class OidcClientTsTests(InteropServer server, Chromium chromium) : Story(server, chromium), IClassFixture<InteropServer>
{
    private readonly IBrowser browser = chromium.Browser;

    [Fact]
    public async Task A_person_signs_in_renews_silently_and_signs_out()
    {
        var visitor = await OpenBrowserAsync();
        await SignInAsync(visitor);

        var (before, refreshTokenBefore) = (await AccessTokenAsync(visitor), await visitor.Page.EvaluateAsync<string>("users.getUser().then(user => user.refresh_token)"));
        Assert.Equal(HttpStatusCode.OK, await UserInfoAsync(before));
        await visitor.Page.EvaluateAsync("users.signinSilent()");
        Assert.NotEqual(before, await AccessTokenAsync(visitor));
        Assert.NotEqual(refreshTokenBefore, await visitor.Page.EvaluateAsync<string>("users.getUser().then(user => user.refresh_token)"));
        Assert.Equal(HttpStatusCode.OK, await UserInfoAsync(await AccessTokenAsync(visitor)));

        var last = await AccessTokenAsync(visitor);
        await visitor.Page.EvaluateAsync("void users.signoutRedirect({ state: 'basket' })");
        await SaysAsync(visitor, "Signed out");
        Assert.StartsWith($"{server.Page.Address}/?state=", visitor.Page.Url, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(last));

        // The next one is asked who they are.
        await visitor.Page.EvaluateAsync("void users.signinRedirect()");
        await visitor.Login.ShownAsync();
    }

    [Fact]
    public async Task What_the_page_revokes_is_dead()
    {
        var visitor = await OpenBrowserAsync();
        await SignInAsync(visitor);
        var token = await AccessTokenAsync(visitor);

        await visitor.Page.EvaluateAsync("users.revokeTokens()");

        Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(token));
        Assert.Null(await visitor.Page.EvaluateAsync<string?>("users.getUser().then(user => user.refresh_token ?? null)"));
    }

    [Fact]
    public async Task A_page_whose_origin_nobody_registered_can_read_nothing()
    {
        // A browser whose complaints are wanted.
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Stranger.Address);
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Nobody is signed in");

        var refused = await Assert.ThrowsAsync<PlaywrightException>(() => page.EvaluateAsync("users.signinRedirect()"));
        Assert.Contains("Failed to fetch", refused.Message, StringComparison.Ordinal);
        string[] calls = ["POST /connect/token", "POST /connect/revoke", "GET /connect/userinfo", "GET /.well-known/jwks"];
        foreach (var (origin, expected) in new[] { (server.Stranger.Address, "refused"), (server.Page.Address, "read") })
        {
            await page.GotoAsync(origin);
            foreach (var call in calls.Select(call => call.Split(' ')))
            {
                Assert.Equal(expected, await page.EvaluateAsync<string>(
                    $"fetch('{server.Address}{call[1]}', {{ method: '{call[0]}' }}).then(() => 'read', () => 'refused')"));
            }
        }
    }

    private async Task SignInAsync(Visitor visitor)
    {
        var person = server.NextPerson();
        await visitor.Page.GotoAsync(server.Page.Address);
        await SaysAsync(visitor, "Nobody is signed in");

        // The page goes away under the call: nothing waits for it.
        await visitor.Page.EvaluateAsync("void users.signinRedirect()");
        await visitor.Login.SignInAsync(person);
        await visitor.Consent.AllowAsync();
        await SaysAsync(visitor, $"Signed in: {person.Email}");
        Assert.Equal(person.Name, await visitor.Page.EvaluateAsync<string>("users.getUser().then(user => user.profile.name)"));
    }

    private static async Task SaysAsync(Visitor visitor, string text) => await Expect(visitor.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync(text);

    private static Task<string> AccessTokenAsync(Visitor visitor) => visitor.Page.EvaluateAsync<string>("users.getUser().then(user => user.access_token)");

    private async Task<HttpStatusCode> UserInfoAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var answer = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
