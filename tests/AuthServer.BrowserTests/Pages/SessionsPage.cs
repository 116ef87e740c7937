namespace AuthServer.BrowserTests.Pages;

/// <summary>Where a person is signed in.</summary>
internal sealed class SessionsPage(IPage page)
{
    public const string Path = "/Identity/Account/Manage/Sessions";

    /// <summary>What a telephone calls itself.</summary>
    public const string PhoneAgent =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

    public ILocator Devices => page.GetByRole(AriaRole.Main).Locator(".entries > li");

    public ILocator Here => Devices.Filter(new() { HasText = "This device" });

    public ILocator Phone => Devices.Filter(new() { HasText = "Safari on iPhone" });

    public static async Task SignOutAsync(ILocator device) => await device.GetByRole(AriaRole.Link, new() { Name = "Sign out" }).ClickAsync();
}
