using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>
/// Somebody at a browser of their own (a context: own cookies, own storage). All that a page should never do is noted in <see cref="Trouble"/>:
/// a request that leaves this machine, an error on the console (a violation of the content security policy is one), a broken asset, a 5xx.
/// </summary>
public sealed partial class Visitor : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> trouble = new();
    private readonly IBrowserContext context;

    private readonly bool traced;

    private Visitor(IBrowserContext context, IPage page, string server, bool traced)
    {
        this.traced = traced;
        this.context = context;
        Page = page;
        Server = server;
    }

    public IPage Page { get; }

    /// <summary>The server's address, without a trailing slash.</summary>
    public string Server { get; }

    public IReadOnlyCollection<string> Trouble => trouble;

    public static async Task<Visitor> OpenAsync(IBrowser browser, string server, bool script, bool trace, string? userAgent, string? state)
    {
        var own = await browser.NewContextAsync(
            new BrowserNewContextOptions { BaseURL = server, JavaScriptEnabled = script, Locale = "en-GB", UserAgent = userAgent, StorageState = state });
        own.SetDefaultTimeout(30_000);
        if (trace)
        {
            await own.Tracing.StartAsync(new TracingStartOptions { Snapshots = true });
        }

        var visitor = new Visitor(own, await own.NewPageAsync(), server, trace);
        await visitor.WatchAsync();
        return visitor;
    }

    /// <summary>The cookies there are, for another browser.</summary>
    public async Task<string> StateAsync() => await context.StorageStateAsync();

    public async Task GoToAsync(string path) => await Page.GotoAsync(path);

    /// <summary>Another tab of the same browser.</summary>
    public async Task<Visitor> OpenTabAsync() => new(context, await context.NewPageAsync(), Server, traced);

    /// <summary>What there is to know about a failure: a picture and a trace (<c>playwright show-trace</c>).</summary>
    public async Task KeepEvidenceAsync(string directory, int number)
    {
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, $"visitor{number}.png"), FullPage = true });
        if (traced)
        {
            await context.Tracing.StopAsync(new TracingStopOptions { Path = Path.Combine(directory, $"visitor{number}.zip") });
        }

        await File.WriteAllTextAsync(Path.Combine(directory, $"visitor{number}.txt"), $"{Page.Url}\n{string.Join('\n', trouble)}\n\n{await Page.ContentAsync()}");
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private async Task WatchAsync()
    {
        await context.RouteAsync(Elsewhere(), async route =>
        {
            trouble.Enqueue($"left the host: {route.Request.Method} {route.Request.Url}");
            await route.AbortAsync();
        });
        context.Console += (_, message) =>
        {
            // The browser reports every 4xx so, the wanted ones too; those of assets are noted below.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                trouble.Enqueue($"console: {message.Text} ({message.Page?.Url})");
            }
        };
        context.WebError += (_, error) => trouble.Enqueue($"script: {error.Error} ({error.Page?.Url})");
        context.Response += (_, response) =>
        {
            if (response.Status >= 500 || (response.Status >= 400 && response.Request.ResourceType is not ("document" or "fetch" or "xhr")))
            {
                trouble.Enqueue($"{response.Status}: {response.Request.Method} {response.Url}");
            }
        };
    }

    // Read by the browser's driver as well, which knows hardly any option.
    [GeneratedRegex("^(?:https?|wss?)://(?!localhost[:/]|127\\.0\\.0\\.1[:/])", RegexOptions.None, 1000)]
    private static partial Regex Elsewhere();
}
