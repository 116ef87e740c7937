using System.Diagnostics;
using System.Text.Json;

namespace AuthServer.BrowserTests.Interop;

/// <summary>
/// Runs what is in <c>tests/interop</c>: a line is what a scenario needs of a person, the next line what came of it. A scenario that is content
/// ends with 0.
/// </summary>
internal static class Node
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    // From artifacts/bin/<project>/<configuration>.
    private static readonly string Home = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "tests", "interop"));

    /// <summary>A file of ours, or of a package.</summary>
    public static string PathTo(string file)
    {
        Assert.True(Directory.Exists(Path.Combine(Home, "node_modules")), $"The packages are not there: tests/run installs them, or 'npm ci' in {Home}.");
        return Path.Combine(Home, file);
    }

    /// <param name="scenario">A file of <c>openid-client</c>.</param>
    /// <param name="settings">Its first line.</param>
    /// <param name="play">Does what it says a person does, and says what came of it.</param>
    public static async Task RunAsync(string scenario, object settings, Func<JsonElement, Task<object>> play)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Longest);
        using var process = Process.Start(new ProcessStartInfo("node", [PathTo($"openid-client/{scenario}.js")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var complaint = process.StandardError.ReadToEndAsync(patience.Token);
            await TellAsync(settings);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                await TellAsync(await play(JsonElement.Parse(line)));
            }

            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, await complaint);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        Task TellAsync(object what) => process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(what).AsMemory(), patience.Token);
    }
}
