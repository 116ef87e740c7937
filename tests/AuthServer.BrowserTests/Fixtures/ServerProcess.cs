using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>The server as people run it: a process of its own on real Kestrel, with a fresh database in a directory of its own.</summary>
public abstract class ServerProcess : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);
    private readonly ConcurrentQueue<string> output = new();
    private readonly string directory = Directory.CreateTempSubdirectory("authserver-browser-").FullName;
    private Process? process;

    /// <summary>Where it answers, without a trailing slash.</summary>
    public string Address { get; private set; } = "";

    /// <summary>For what needs no browser.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>What it has said so far.</summary>
    public string Output => string.Join(Environment.NewLine, output);

    internal int ProcessId => process!.Id;

    /// <summary>The database's and the import file's place.</summary>
    protected string WorkingDirectory => directory;

    protected abstract string EnvironmentName { get; }

    /// <summary>What its assembly is run by.</summary>
    protected virtual string[] Launcher { get; } = ["dotnet"];

    public async ValueTask InitializeAsync()
    {
        // Another program may take the port between finding and using it.
        for (var attempt = 1; ; attempt++)
        {
            Address = $"http://localhost:{FreePort()}";
            if (await StartAsync())
            {
                break;
            }

            Assert.True(attempt < 3 && Output.Contains("address already in use", StringComparison.OrdinalIgnoreCase), $"The server did not start:\n{Output}");
            output.Clear();
        }

        Http = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public virtual async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await StopAsync();
        Directory.Delete(directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>SIGKILL: it gets no chance to finish anything. Its database stays.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await StopAsync();
    }

    /// <summary>SIGTERM: it is asked to stop, and finishes what it has begun.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Its exit code, once it has stopped by itself.</summary>
    public async Task<int> EndAsync(TimeSpan longest)
    {
        using var patience = new CancellationTokenSource(longest, TimeProvider.System);
        await process!.WaitForExitAsync(patience.Token);
        var code = process.ExitCode;
        await StopAsync();
        return code;
    }

    /// <summary>Another process on the same database, at the same address.</summary>
    public async Task StartAgainAsync() => Assert.True(await StartAsync(), $"The server did not start again:\n{Output}");

    /// <summary>A process on the same database that is to end by itself: because it is asked for no more, or because it cannot start.</summary>
    public async Task<(int ExitCode, string Said)> RunToEndAsync(params string[] arguments)
    {
        using var run = await LaunchAsync(arguments);
        var said = await Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync()).WaitAsync(Longest, TimeProvider.System);
        await run.WaitForExitAsync();
        return (run.ExitCode, said[1].Trim());
    }

    /// <summary>A port that nobody listens at, just now.</summary>
    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Configuration beside environment and address; called with the address known.</summary>
    protected virtual Task ConfigureAsync(IDictionary<string, string?> environment) => Task.CompletedTask;

    private async Task<bool> StartAsync()
    {
        process = await LaunchAsync();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await AnswersAsync();
    }

    private async Task<Process> LaunchAsync(params string[] arguments)
    {
        // Of the configuration that these tests were built in, beside them in the artifacts.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var start = new ProcessStartInfo(Launcher[0], [.. Launcher[1..], Path.Combine(own.Parent!.Parent!.FullName, "AuthServer", own.Name, "AuthServer.dll"), .. arguments])
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = EnvironmentName;
        start.Environment["ASPNETCORE_URLS"] = Address;
        await ConfigureAsync(start.Environment);
        return Process.Start(start)!;
    }

    private async Task<bool> AnswersAsync()
    {
        using var patience = new CancellationTokenSource(Longest);
        using var http = new HttpClient { BaseAddress = new Uri(Address) };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await timer.WaitForNextTickAsync(patience.Token))
        {
            if (process!.HasExited)
            {
                await StopAsync();
                return false;
            }

            try
            {
                using var answer = await http.GetAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative), patience.Token);
                return answer.StatusCode == HttpStatusCode.OK ? true : throw new InvalidOperationException($"The server answers {answer.StatusCode}:\n{Output}");
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        return false;
    }

    private async Task StopAsync()
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        // Also waits for the end of what it said.
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        process = null;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
