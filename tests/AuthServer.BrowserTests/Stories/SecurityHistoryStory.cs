using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>Somebody reads who was at their door, and what was withdrawn.</summary>
public sealed class SecurityHistoryStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Fact]
    public async Task WrongPasswordAndDeviceSignedOut_BothAreInTheHistory_WithTheReceipt()
    {
        var person = await server.NewPersonAsync();
        var stranger = await OpenBrowserAsync(userAgent: SessionsPage.PhoneAgent);
        await stranger.GoToAsync(LoginPage.Path);
        await stranger.Login.SignInAsync(person.Email, "not their password");
        await Expect(stranger.Login.Error).ToBeVisibleAsync();
        var visitor = await OpenBrowserAsync();
        await visitor.SignInAsync(person);
        await visitor.GoToAsync("/Identity/Account/Manage/Withdraw?kind=others");
        await visitor.Withdraw.ConfirmAsync("Sign out everywhere else");

        await visitor.GoToAsync("/Identity/Account/Manage/SecurityHistory");
        var page = visitor.Page;
        var history = page.Locator(".history > li");
        await Expect(history.Filter(new() { HasText = "Sign-in failed" })).ToHaveCountAsync(1);
        await PictureAsync(page, "history");
        await page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("Withdrawals");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Expect(history).ToHaveCountAsync(1);
        await history.GetByRole(AriaRole.Link).ClickAsync();
        await visitor.Withdraw.DoneAsync("You are signed out everywhere you asked");
    }
}
