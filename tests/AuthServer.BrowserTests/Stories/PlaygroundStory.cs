using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>The main job, from the home page to a dead token.</summary>
public sealed class PlaygroundStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Fact]
    public async Task SignIn_Consent_Tokens_Refresh_SignOut_AndTheyAreGone()
    {
        var alice = await OpenBrowserAsync();
        await alice.GoToAsync(HomePage.Path);
        await Expect(alice.Home.Accounts.Filter(new() { HasText = Person.Alice.Email })).ToContainTextAsync(Person.Alice.Password);
        await alice.Home.OpenPlaygroundAsync();

        await alice.Playground.AskAsync();
        await alice.Login.ShownAsync();
        await alice.Login.SignInAsync(Person.Alice);
        await alice.Consent.ShownAsync();
        await Expect(alice.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("Playground");
        await Expect(alice.Page.GetByRole(AriaRole.Main)).ToContainTextAsync(Person.Alice.Email);
        await Expect(alice.Consent.Scopes.Filter(new() { HasText = "Read your orders" })).ToHaveCountAsync(1);
        await alice.Consent.AllowAsync();

        await alice.Playground.HasTokensAsync();
        await Expect(alice.Playground.Badge(Token.Id)).ToHaveTextAsync("good");
        await Expect(alice.Playground.Claims(Token.Access)).ToContainTextAsync("\"typ\": \"at+jwt\"");
        await Expect(alice.Playground.Claims(Token.Access)).ToContainTextAsync("\"client_id\": \"playground\"");
        await Expect(alice.Playground.Claims(Token.Access)).ToContainTextAsync("orders.read");
        await Expect(alice.Playground.Claims(Token.Id)).ToContainTextAsync($"\"iss\": \"{alice.Server}\"");
        await Expect(alice.Playground.Claims(Token.Id)).ToContainTextAsync("\"sid\":");
        Assert.Equal(PlaygroundPage.Path, new Uri(alice.Page.Url).PathAndQuery);

        var (access, refresh) = (await alice.Playground.ShownAsync(Token.Access), await alice.Playground.ShownAsync(Token.Refresh));
        await alice.Playground.RefreshAsync();
        await alice.Playground.SaysAsync("Refreshed");
        Assert.NotEqual(access, await alice.Playground.ShownAsync(Token.Access));
        Assert.NotEqual(refresh, await alice.Playground.ShownAsync(Token.Refresh));
        await alice.Playground.AliveAsync(Token.Access);
        await alice.Playground.AliveAsync(Token.Refresh);

        await alice.Playground.UserInfoAsync();
        await alice.Playground.SaysAsync(Person.Alice.Name);
        await Expect(alice.Playground.NewestAnswer).ToContainTextAsync(Person.Alice.Email);
        await alice.Playground.IntrospectAsync(Token.Access);
        await alice.Playground.SaysAsync("The server says: active");
        await Expect(alice.Playground.NewestAnswer).ToContainTextAsync("\"active\": true");

        await alice.Playground.SignOutAsync();
        await alice.Playground.SaysAsync("You are signed out");
        await alice.Playground.DeadAsync(Token.Access, "signed out");
        await alice.Playground.DeadAsync(Token.Refresh, "signed out");

        await alice.Playground.RefreshAsync();
        await alice.Playground.SaysAsync("invalid_grant");
        await alice.Playground.UserInfoAsync();
        await alice.Playground.SaysAsync("401");
        await alice.Playground.IntrospectAsync(Token.Refresh);
        await alice.Playground.SaysAsync("not active");
        await alice.GoToAsync(HomePage.Path);
        await Expect(alice.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task RefreshedInTwoTabs_BothGoOn()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(await server.NewPersonAsync());

        await visitor.Playground.RefreshAsync();
        await visitor.Playground.SaysAsync("Refreshed");

        // What the other tab still holds is the token before this one.
        await visitor.Playground.ReplayAsync();
        await visitor.Playground.SaysAsync("Within the leeway");
        await visitor.Playground.AliveAsync(Token.Access);
        await visitor.Playground.AliveAsync(Token.Refresh);
        await visitor.Playground.RefreshAsync();
        await visitor.Playground.SaysAsync("Refreshed");
    }
}
