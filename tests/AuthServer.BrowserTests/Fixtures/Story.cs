[assembly: AssemblyFixture(typeof(AuthServer.BrowserTests.Fixtures.DemoServer))]
[assembly: AssemblyFixture(typeof(AuthServer.BrowserTests.Fixtures.ShopServer))]
[assembly: AssemblyFixture(typeof(AuthServer.BrowserTests.Fixtures.Chromium))]

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>
/// A story: visitors come, and at its end none of them may have met trouble. Where it fails, pictures and traces lie in
/// <c>artifacts/browser/&lt;test&gt;</c>.
/// </summary>
public abstract class Story(ServerProcess server, Chromium chromium) : IAsyncLifetime
{
    private readonly List<Visitor> visitors = [];

    internal static string Artifacts { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "browser"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        List<string> trouble = [.. visitors.SelectMany(visitor => visitor.Trouble).Distinct(StringComparer.Ordinal)];
        if (trouble.Count > 0 || TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            await KeepEvidenceAsync();
        }

        foreach (var visitor in visitors)
        {
            await visitor.DisposeAsync();
        }

        GC.SuppressFinalize(this);
        Assert.True(trouble.Count == 0, string.Join('\n', trouble));
    }

    /// <summary>A browser of their own, signed in nowhere, or where <paramref name="state"/> says.</summary>
    protected async Task<Visitor> OpenBrowserAsync(bool script = true, bool trace = true, string? userAgent = null, string? state = null)
    {
        var visitor = await Visitor.OpenAsync(chromium.Browser, server.Address, script, trace, userAgent, state);
        visitors.Add(visitor);
        return visitor;
    }

    /// <summary>A picture to look at.</summary>
    internal static async Task PictureAsync(IPage page, string name) => await page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Artifacts, "screens", $"{name}.png"),
        FullPage = true,
    });

    private async Task KeepEvidenceAsync()
    {
        var name = string.Concat((TestContext.Current.Test?.TestDisplayName ?? "test").Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' ? c : '-'));
        var directory = Path.Combine(Artifacts, name);
        Directory.CreateDirectory(directory);
        for (var number = 0; number < visitors.Count; number++)
        {
            await visitors[number].KeepEvidenceAsync(directory, number + 1);
        }

        await File.WriteAllTextAsync(Path.Combine(directory, "server.txt"), server.Output);
    }
}
