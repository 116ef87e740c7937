using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>A client gets what a person allows it, and is told when they do not.</summary>
public sealed class ConsentStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Fact]
    public async Task Denied_TheClientIsTold()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(PlaygroundPage.Path);
        await visitor.Playground.AskAsync();
        await visitor.Login.SignInAsync(await server.NewPersonAsync());

        await visitor.Consent.DenyAsync();

        await visitor.Playground.SaysAsync("access_denied");
        await Expect(visitor.Playground.Badge(Token.Access)).ToHaveTextAsync("none");
    }

    [Fact]
    public async Task Unticked_TheClientGoesWithout()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(PlaygroundPage.Path);
        await visitor.Playground.AskAsync();
        await visitor.Login.SignInAsync(await server.NewPersonAsync());

        await visitor.Consent.Box("See your e-mail address").UncheckAsync();
        await visitor.Consent.AllowAsync();

        await visitor.Playground.HasTokensAsync();
        await visitor.GoToAsync(ConnectedAppsPage.Path);
        await Expect(visitor.ConnectedApps.App("Playground")).ToContainTextAsync("See your name and profile");
        await Expect(visitor.ConnectedApps.App("Playground")).Not.ToContainTextAsync("See your e-mail address");
    }

    [Fact]
    public async Task PromptConsent_AsksAgain()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(await server.NewPersonAsync());
        var before = await visitor.Playground.ShownAsync(Token.Refresh);

        await visitor.Playground.AskAsync("consent");
        await visitor.Consent.ShownAsync();
        await visitor.Consent.AllowAsync();

        await visitor.Playground.HasTokensAsync();
        Assert.NotEqual(before, await visitor.Playground.ShownAsync(Token.Refresh));
    }

    [Fact]
    public async Task PromptNone_SignedInNowhere_FailsInsteadOfAsking()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(PlaygroundPage.Path);

        await visitor.Playground.AskAsync("none");

        await visitor.Playground.SaysAsync("login_required");
    }

    [Fact]
    public async Task PromptLogin_AsksForThePasswordAgain()
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(person);

        await visitor.Playground.AskAsync("login");
        await visitor.Login.ShownAsync();
        await visitor.Login.SignInAsync(person);
        await visitor.Consent.AllowAsync();

        await visitor.Playground.HasTokensAsync();
    }
}
