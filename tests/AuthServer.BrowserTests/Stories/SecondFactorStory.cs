using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>Somebody sets up an authenticator app, keeps the recovery codes, and is asked for a code from then on.</summary>
public sealed class SecondFactorStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AppSetUp_NextSignInAsksForItsCode(bool script)
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync(script);
        await visitor.SignInAsync(person);
        var page = visitor.Page;
        await visitor.GoToAsync("/Identity/Account/Manage/TwoFactorAuthentication");
        await page.GetByRole(AriaRole.Link, new() { Name = "Set up an authenticator app" }).ClickAsync();
        var picture = page.GetByRole(AriaRole.Img, new() { Name = "QR code" });
        await Expect(picture).ToBeVisibleAsync();
        var app = new AuthenticatorApp(await page.Locator(".user-code.key").InnerTextAsync());
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(app.Code());
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch it on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your recovery codes" })).ToBeVisibleAsync();
        await PictureAsync(page, "recovery-codes");
        var code = await page.Locator(".recovery-codes code").First.InnerTextAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download them as text" }).ClickAsync());
        Assert.Equal("recovery-codes.txt", download.SuggestedFilename);
        Assert.Contains(code, await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await visitor.GoToAsync("/Identity/Account/Manage/TwoFactorAuthentication");
        await PictureAsync(page, "two-factor-on");

        var elsewhere = await OpenBrowserAsync(script);
        await elsewhere.GoToAsync(LoginPage.Path);
        await elsewhere.Login.SignInAsync(person);
        await Expect(elsewhere.Page.GetByRole(AriaRole.Heading, new() { Name = "Two-step sign-in" })).ToBeVisibleAsync();
        await PictureAsync(elsewhere.Page, "second-step");
        await elsewhere.Page.GetByRole(AriaRole.Link, new() { Name = "I do not have my app here" }).ClickAsync();
        await elsewhere.Page.GetByLabel("Recovery code", new() { Exact = true }).FillAsync(code);
        await PictureAsync(elsewhere.Page, "second-step-recovery");
        await elsewhere.Login.Submit.ClickAsync();
        await elsewhere.Home.ShownAsync();
    }
}
