namespace AuthServer.BrowserTests.Pages;

/// <summary>What a person has allowed, and to whom.</summary>
internal sealed class ConnectedAppsPage(IPage page)
{
    public const string Path = "/Identity/Account/Manage/ConnectedApps";

    public ILocator None => page.GetByText("No app has access to your account.");

    public ILocator App(string name) => page.GetByRole(AriaRole.Region, new() { Name = name });

    public async Task RemoveDeviceAsync(string name) => await page.GetByRole(AriaRole.Link, new() { Name = $"Remove device of {name}" }).ClickAsync();

    public async Task RemoveAsync(string name) => await page.GetByRole(AriaRole.Link, new() { Name = $"Remove all access of {name}" }).ClickAsync();
}
