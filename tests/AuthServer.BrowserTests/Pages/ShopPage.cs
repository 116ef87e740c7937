namespace AuthServer.BrowserTests.Pages;

/// <summary>The client at another site: ways in and out, and what it was sent.</summary>
internal sealed class ShopPage(IPage page)
{
    /// <summary>Something that the shop was sent.</summary>
    public ILocator Received(string name) => page.Locator($"dd#{name}");

    /// <summary>By one of its links and buttons: <c>sign-in</c>, <c>sign-in-by-post</c>, <c>sign-in-form-post</c>, <c>sign-out</c>, <c>sign-out-by-post</c>.</summary>
    public async Task LeaveAsync(string way) => await page.Locator($"#{way}").ClickAsync();

    public async Task WelcomesAsync() => await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Welcome to the shop" })).ToBeVisibleAsync();

    public async Task SaysGoodbyeAsync() => await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Come again" })).ToBeVisibleAsync();
}
