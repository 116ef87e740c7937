using System.Text.RegularExpressions;
using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Stories;

/// <summary>The operator of a new server finds a link in its log, and is its administrator a minute later.</summary>
public sealed partial class FirstAdministratorStory(ShopServer server, Chromium chromium) : Story(server, chromium)
{
    [Fact]
    public async Task LinkFromTheLog_MakesTheFirstAdministrator_Once()
    {
        var link = LinkPattern().Match(server.Output).Value;
        Assert.NotEqual("", link);
        var visitor = await OpenBrowserAsync();
        var page = visitor.Page;
        await page.GotoAsync(link);
        await PictureAsync(page, "first-administrator");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("The operator");
        await page.GetByLabel("E-mail", new() { Exact = true }).FillAsync("operator@example.com");
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync("an operator's password");
        await page.GetByLabel("The same password again").FillAsync("an operator's password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Become the administrator" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Operator", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/admin", RegexOptions.None, TimeSpan.FromSeconds(1)));

        var late = await OpenBrowserAsync();
        await late.Page.GotoAsync(link);
        await Expect(late.Page.GetByRole(AriaRole.Heading, new() { Name = "This link no longer works" })).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"http://localhost:[0-9]+/Identity/Account/FirstAdministrator\?key=[A-Za-z0-9_-]+", RegexOptions.None, 1000)]
    private static partial Regex LinkPattern();
}
