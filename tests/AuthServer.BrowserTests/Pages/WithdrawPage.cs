namespace AuthServer.BrowserTests.Pages;

/// <summary>Taking something back: what will fall, and then the receipt.</summary>
internal sealed class WithdrawPage(IPage page)
{
    /// <summary>What will fall.</summary>
    public ILocator Preview => page.GetByRole(AriaRole.Main).Locator(".tree");

    public ILocator Receipt => page.GetByRole(AriaRole.Main).Locator(".receipt");

    public async Task AskedAsync(string question) =>
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = question, Exact = true })).ToBeVisibleAsync();

    public async Task ConfirmAsync(string act) =>
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = act, Exact = true }).ClickAsync();

    public async Task DoneAsync(string what)
    {
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = what, Exact = true })).ToBeVisibleAsync();
        await Expect(Receipt).ToBeVisibleAsync();
    }
}
