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
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your e-mail" })).ToBeVisibleAsync();

        await visitor.OpenMailAsync(person.Email, "Set a new password");
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
}
