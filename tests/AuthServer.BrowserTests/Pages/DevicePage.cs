namespace AuthServer.BrowserTests.Pages;

/// <summary>Connecting a device: its code, and what becomes of it.</summary>
internal sealed class DevicePage(IPage page)
{
    public const string Path = "/device";

    public ILocator Code => page.GetByLabel("Code on your device");

    public ILocator Error => page.GetByRole(AriaRole.Alert);

    public async Task ShownAsync() => await SaysAsync("Connect a device");

    public async Task ContinueAsync() => await page.GetByRole(AriaRole.Button, new() { Name = "Continue", Exact = true }).ClickAsync();

    public async Task TypeAsync(string code)
    {
        await Code.FillAsync(code);
        await ContinueAsync();
    }

    public async Task AskedAsync() => await SaysAsync("Connect this device to your account?");

    public async Task SaysAsync(string heading) =>
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true })).ToBeVisibleAsync();
}
