using System.Diagnostics;
using System.Globalization;
using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A PostgreSQL of one test's own, to be stopped and started.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("authserver-cluster-").FullName;
    private readonly int port = ServerProcess.FreePort();

    private string Data => Path.Combine(directory, "data");

    /// <summary>Its connection string. Short patience: a test waits for the end of it.</summary>
    public string Server => $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Timeout=2;Command Timeout=2;Cancellation Timeout=500";

    public static async Task<Cluster> StartNewAsync()
    {
        var cluster = new Cluster();
        if (Environment.IsPrivilegedProcess)
        {
            await PostgreSqlTools.RunAsync(new ProcessStartInfo("chown", ["postgres", cluster.directory]));
        }

        await PostgreSqlTools.RunAsOwnerAsync(cluster.directory, "initdb", "-D", cluster.Data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync");
        await cluster.StartAsync();
        return cluster;
    }

    public Task StartAsync() => ControlAsync(
        "start", "-w", "-l", Path.Combine(directory, "log"), "-o", $"-h 127.0.0.1 -p {port.ToString(CultureInfo.InvariantCulture)} -k {directory}");

    public Task StopAsync(string mode) => ControlAsync("stop", "-w", "-m", mode);

    /// <summary>It hangs: connections are taken by the kernel, and nobody answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await ThawAsync();
            await StopAsync("immediate");
        }

        Directory.Delete(directory, recursive: true);
    }

    private Task ControlAsync(string command, params string[] arguments) =>
        PostgreSqlTools.RunAsOwnerAsync(directory, "pg_ctl", [command, "-D", Data, .. arguments]);

    private async Task SignalAsync(string signal)
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        var children = await File.ReadAllTextAsync($"/proc/{postmaster}/task/{postmaster}/children");

        // A child that has ended meanwhile is nobody's fault.
        using var kill = Process.Start("kill", [signal, postmaster, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        await kill.WaitForExitAsync();
    }
}
