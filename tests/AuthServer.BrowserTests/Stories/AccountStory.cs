using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>People take back what is theirs: they see first what will fall, and hold a receipt afterwards.</summary>
public sealed class AccountStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    private const string App = "Playground";

    [Fact]
    public async Task AccessRemoved_ThePlaygroundsTokensAreDead()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(await server.NewPersonAsync());
        var account = await visitor.OpenTabAsync();

        await account.GoToAsync("/Identity/Account/Manage");
        await account.Page.GetByRole(AriaRole.Navigation, new() { Name = "Your account" }).GetByRole(AriaRole.Link, new() { Name = "Connected apps" }).ClickAsync();
        await Expect(account.ConnectedApps.App(App)).ToContainTextAsync("Read your orders");
        await account.ConnectedApps.RemoveAsync(App);
        await account.Withdraw.AskedAsync("Remove all access?");
        await Expect(account.Withdraw.Preview).ToContainTextAsync("1 connection of apps, with all its tokens");
        await Expect(account.Withdraw.Preview.GetByRole(AriaRole.Listitem).Filter(new() { HasText = App }).Last).ToContainTextAsync("loses access");

        // Looking takes nothing away.
        await visitor.Playground.CheckAsync();
        await visitor.Playground.AliveAsync(Token.Refresh);

        await account.Withdraw.ConfirmAsync("Remove all access");
        await account.Withdraw.DoneAsync("The access is removed");

        await visitor.Playground.CheckAsync();
        await visitor.Playground.DeadAsync(Token.Access, "withdrawn elsewhere");
        await visitor.Playground.DeadAsync(Token.Refresh, "withdrawn elsewhere");
        await visitor.Playground.RefreshAsync();
        await visitor.Playground.SaysAsync("invalid_grant");
        await account.GoToAsync(ConnectedAppsPage.Path);
        await Expect(account.ConnectedApps.None).ToBeVisibleAsync();
    }

    [Fact]
    public async Task OtherDeviceSignedOut_ItIsOutAtItsNextRequest_ThisOneStays()
    {
        var person = await server.NewPersonAsync();
        var laptop = await OpenBrowserAsync();
        var phone = await OpenBrowserAsync(userAgent: SessionsPage.PhoneAgent);
        await laptop.SignInAsync(person);
        await phone.SignInAsync(person);

        await laptop.GoToAsync(SessionsPage.Path);
        await Expect(laptop.Sessions.Phone).ToHaveCountAsync(1);
        await Expect(laptop.Sessions.Here).ToHaveCountAsync(1);
        await SessionsPage.SignOutAsync(laptop.Sessions.Phone);
        await laptop.Withdraw.AskedAsync("Sign out that device?");
        await laptop.Withdraw.ConfirmAsync("Sign out");
        await laptop.Withdraw.DoneAsync("The device is signed out");

        await phone.GoToAsync(SessionsPage.Path);
        await phone.Login.ShownAsync();
        await laptop.GoToAsync(SessionsPage.Path);
        await Expect(laptop.Sessions.Phone).ToHaveCountAsync(0);
        await Expect(laptop.Sessions.Here).ToHaveCountAsync(1);
    }
}
