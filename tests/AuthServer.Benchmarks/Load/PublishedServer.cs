using System.Diagnostics;

namespace AuthServer.Benchmarks.Load;

/// <summary>The server as an operator runs it: published, Production, its own defaults.</summary>
internal sealed class PublishedServer(string executable)
{
    public const string Discovery = "/.well-known/openid-configuration";

    /// <summary>Publishes it, unless what was published before shall do.</summary>
    public static async Task<PublishedServer> PublishAsync(string root, bool publish)
    {
        var executable = Path.Combine(root, "artifacts", "publish", "AuthServer", "release", "AuthServer");
        if (publish)
        {
            var project = Path.Combine(root, "src", "AuthServer", "AuthServer.csproj");
            using var dotnet = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-v", "quiet", "--nologo"])
            {
                WorkingDirectory = root,
            })!;
            await dotnet.WaitForExitAsync();
            if (dotnet.ExitCode != 0)
            {
                throw new BenchmarkException("The server could not be published; the output is above.");
            }
        }

        return File.Exists(executable) ? new(executable) : throw new BenchmarkException($"{executable} is not there: leave out --no-publish.");
    }

    /// <summary>A database of its own in <paramref name="directory"/>, ready to start on.</summary>
    public async Task<RunDatabase> NewDatabaseAsync(string directory, LoadOptions options)
    {
        var database = await RunDatabase.CreateAsync(directory, options.ConnectionString);
        using var migration = Process.Start(new ProcessStartInfo(executable, ["--AuthServer:Issuer=http://127.0.0.1", .. database.Arguments, "--migrate"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        await migration.StandardOutput.ReadToEndAsync();
        await migration.WaitForExitAsync();
        if (migration.ExitCode == 0)
        {
            return database;
        }

        await database.DisposeAsync();
        throw new BenchmarkException("The database could not be migrated; why is above.");
    }

    /// <param name="database">What it keeps things in.</param>
    /// <param name="import">An import file; null: everything is there already.</param>
    /// <param name="port">Part of the issuer, so the same for every start on a database.</param>
    public Task<ServerProcess> StartAsync(RunDatabase database, string? import, int port)
    {
        var address = $"http://127.0.0.1:{port}";
        return ServerProcess.StartAsync(
            executable,
            ["--urls", address, $"--AuthServer:Issuer={address}", .. database.Arguments, .. import is null ? Array.Empty<string>() : [$"--AuthServer:Import={import}"]],
            port,
            Discovery,
            Path.Combine(database.Directory, "server.log"));
    }
}
