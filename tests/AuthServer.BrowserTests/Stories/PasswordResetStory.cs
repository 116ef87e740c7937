using System.Net;
using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>Somebody forgot their password; in Development the mail lies in the mailbox.</summary>
public sealed class PasswordResetStory(DemoServer server, ShopServer shop, Chromium chromium) : Story(server, chromium)
{
    [Fact]
    public async Task PasswordForgotten_TheLinkInTheMailboxSetsANewOne()
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync();
        var page = visitor.Page;
        await visitor.GoToAsync(LoginPage.Path);
        await page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await page.GetByLabel("E-mail", new() { Exact = true }).FillAsync(person.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the link" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Look into your mail" })).ToBeVisibleAsync();

        var mail = page.Locator(".mail").Filter(new() { HasText = person.Email }).Filter(new() { HasText = "Set a new password" });
        await Expect(async () =>
        {
            await visitor.GoToAsync("/mailbox");
            return await mail.CountAsync();
        });
        await PictureAsync(page, "mailbox-full");
        await mail.GetByRole(AriaRole.Link).First.ClickAsync();
        await page.GetByLabel("E-mail", new() { Exact = true }).FillAsync(person.Email);
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync("a new password of theirs");
        await page.GetByLabel("The same password again").FillAsync("a new password of theirs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The new password is set" })).ToBeVisibleAsync();
        await visitor.SignInAsync(person with { Password = "a new password of theirs" });
    }

    [Fact]
    public async Task InEarnest_ThereIsNoMailbox()
    {
        using var answer = await shop.Http.GetAsync(new Uri("/mailbox", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>The mail comes a second or so later.</summary>
    private static async Task Expect(Func<Task<int>> look)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await look() == 0)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
