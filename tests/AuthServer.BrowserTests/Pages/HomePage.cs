namespace AuthServer.BrowserTests.Pages;

/// <summary>The door.</summary>
internal sealed class HomePage(IPage page)
{
    public const string Path = "/";

    /// <summary>The demonstration's accounts as the page shows them.</summary>
    public ILocator Accounts => page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "@example.com" });

    public async Task OpenPlaygroundAsync() => await page.GetByRole(AriaRole.Link, new() { Name = "Open the playground" }).ClickAsync();

    public async Task ShownAsync() => await Expect(page.Locator(".hero h1")).ToBeVisibleAsync();
}
