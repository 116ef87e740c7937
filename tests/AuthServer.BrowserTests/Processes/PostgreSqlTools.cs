using System.Diagnostics;

namespace AuthServer.BrowserTests.Processes;

/// <summary>PostgreSQL's own programs.</summary>
internal static class PostgreSqlTools
{
    private static string Directory { get; } = Environment.GetEnvironmentVariable("AUTHSERVER_TEST_POSTGRES_BIN") is { Length: > 0 } named
        ? named
        : System.IO.Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Order(StringComparer.Ordinal).Last();

    public static Task RunAsync(string program, params string[] arguments) => RunAsync(start: new(Path.Combine(Directory, program), arguments));

    /// <summary>As the user that a cluster belongs to: initdb and pg_ctl refuse root.</summary>
    public static Task RunAsOwnerAsync(string directory, string program, params string[] arguments)
    {
        var path = Path.Combine(Directory, program);
        ProcessStartInfo start = Environment.IsPrivilegedProcess ? new("runuser", ["-u", "postgres", "--", path, .. arguments]) : new(path, arguments);
        start.WorkingDirectory = directory;
        return RunAsync(start);
    }

    /// <summary>Any program, to its end.</summary>
    public static async Task RunAsync(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}: {string.Join('\n', said)}");
    }
}
