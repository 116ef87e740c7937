using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AuthServer.Benchmarks.Load;

/// <summary>A server in a process of its own, what it says kept in a file, and what Linux knows of it (proc(5)).</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int TicksPerSecond = 100;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Process _process;
    private readonly string _log;

    private ServerProcess(Process process, int port, string log)
    {
        _process = process;
        _log = log;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
        AppDomain.CurrentDomain.ProcessExit += Kill;
    }

    public IPEndPoint EndPoint { get; }

    public string Address => $"http://{EndPoint}";

    /// <summary>From the start of the process to its first good answer.</summary>
    public TimeSpan Start { get; private set; }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it, and waits until it answers <paramref name="path"/>.</summary>
    public static async Task<ServerProcess> StartAsync(string executable, IEnumerable<string> arguments, int port, string path, string log)
    {
        // The shell gives the log to the process itself: nobody here has to carry it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log, executable, .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(log),
        };
        foreach (var ours in SocketSettings.Names.Concat(["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPNETCORE_URLS"]))
        {
            start.Environment.Remove(ours);
        }

        var before = Stopwatch.GetTimestamp();
        var server = new ServerProcess(Process.Start(start)!, port, log);
        try
        {
            while (!await server.AnswersAsync(path))
            {
                if (server._process.HasExited || Stopwatch.GetElapsedTime(before) > StartLimit)
                {
                    throw new BenchmarkException($"{executable} did not start:\n{server.LogEnd()}");
                }

                await Task.Delay(Pause, TimeProvider.System);
            }

            server.Start = Stopwatch.GetElapsedTime(before);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public TimeSpan ProcessorTime()
    {
        // The name, in brackets, may hold anything; utime and stime are the 12th and 13th fields after it.
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>Bytes in memory.</summary>
    public long Resident() => Status("VmRSS:");

    /// <summary>The most it ever had in memory.</summary>
    public long ResidentPeak() => Status("VmHWM:");

    /// <summary>The last of what it said.</summary>
    public string LogEnd() => string.Join('\n', File.ReadLines(_log).TakeLast(20));

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        await StopAsync();
        _process.Dispose();
    }

    private async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            using var signal = Process.Start("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]);
            await signal.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Where this program is ended before it has stopped what it started.</summary>
    private void Kill(object? sender, EventArgs ended) => _process.Kill();

    private long Status(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..^" kB".Length], CultureInfo.InvariantCulture) * 1024;
    }

    private async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using var connection = await Connection.OpenAsync(EndPoint);
            return (await connection.SendAsync(new RequestText(EndPoint, $"GET {path}").Write([], connection.Request))).Status == 200;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
