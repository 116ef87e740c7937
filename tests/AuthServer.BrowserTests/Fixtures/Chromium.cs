namespace AuthServer.BrowserTests.Fixtures;

/// <summary>One browser for all stories. The driver comes with the package; nothing is downloaded where a Chromium is installed.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Debians = "/usr/bin/chromium";
    private IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // What lies there afterwards is of this run.
        if (Directory.Exists(Story.Artifacts))
        {
            Directory.Delete(Story.Artifacts, recursive: true);
        }

        SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } path ? path : File.Exists(Debians) ? Debians : null,
            ChromiumSandbox = !Environment.IsPrivilegedProcess,
            Args =
            [
                "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}
