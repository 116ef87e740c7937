using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>What is withdrawn is dead at once, with all that hangs on it, and nothing beside it.</summary>
public sealed class RevocationStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Fact]
    public async Task RevokedRefreshToken_TakesItsAccessTokenAlong()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(await server.NewPersonAsync());

        await visitor.Playground.RevokeAsync(Token.Refresh);

        await visitor.Playground.DeadAsync(Token.Refresh, "its family was revoked");
        await visitor.Playground.DeadAsync(Token.Access, "its family was revoked");
        await visitor.Playground.UserInfoAsync();
        await visitor.Playground.SaysAsync("401");
        await visitor.Playground.RefreshAsync();
        await visitor.Playground.SaysAsync("invalid_grant");
    }

    [Fact]
    public async Task RevokedAccessToken_DiesAlone()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(await server.NewPersonAsync());

        await visitor.Playground.RevokeAsync(Token.Access);

        await visitor.Playground.DeadAsync(Token.Access, "revoked");
        await visitor.Playground.AliveAsync(Token.Refresh);
        await visitor.Playground.RefreshAsync();
        await visitor.Playground.SaysAsync("Refreshed");
        await visitor.Playground.AliveAsync(Token.Access);
    }

    [Fact]
    public async Task SignedOutInOneBrowser_TheOtherGoesOn()
    {
        var person = await server.NewPersonAsync();
        var laptop = await OpenBrowserAsync();
        var phone = await OpenBrowserAsync();
        await laptop.GetTokensAsync(person);
        await phone.GetTokensAsync(person);

        await laptop.Playground.SignOutAsync();
        await laptop.Playground.SaysAsync("You are signed out");
        await laptop.Playground.DeadAsync(Token.Refresh);

        await phone.Playground.CheckAsync();
        await phone.Playground.AliveAsync(Token.Access);
        await phone.Playground.AliveAsync(Token.Refresh);
        await phone.Playground.RefreshAsync();
        await phone.Playground.SaysAsync("Refreshed");
    }

    [Fact]
    public async Task SignedOutHere_TheClientsTokensAreDead()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(await server.NewPersonAsync());
        var otherTab = await visitor.OpenTabAsync();

        await otherTab.GoToAsync(SignOutPage.Path);
        await otherTab.SignOut.AskedAsync();
        await otherTab.SignOut.ConfirmAsync();
        await otherTab.SignOut.DoneAsync();

        await visitor.Playground.CheckAsync();
        await visitor.Playground.DeadAsync(Token.Access, "withdrawn elsewhere");
        await visitor.Playground.DeadAsync(Token.Refresh, "withdrawn elsewhere");
        await visitor.Playground.RefreshAsync();
        await visitor.Playground.SaysAsync("invalid_grant");
    }
}
