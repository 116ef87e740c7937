using System.Globalization;
using System.Runtime.InteropServices;

namespace AuthServer.Benchmarks.Load;

/// <summary>The whole run: publish, start, drive, print.</summary>
internal static class LoadCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--help" or "-h"])
        {
            await Console.Out.WriteLineAsync(LoadOptions.Usage);
            return 0;
        }

        var options = LoadOptions.Parse(arguments);
        SocketSettings.Apply();

        // .NET 10 leaves the signal to the system, which would leave the servers behind.
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(128 + 15));
        var root = Workspace.Root();
        var directory = Workspace.NewDirectory();
        try
        {
            var published = await PublishedServer.PublishAsync(root, options.Publish);
            var import = Path.Combine(directory, "import.json");
            await ImportFile.WriteAsync(import);
            await DriveAsync(published, directory, import, options);
            if (options.Wants(StartItem.Name))
            {
                await using var database = await published.NewDatabaseAsync(Path.Combine(directory, "start"), options);
                await Console.Out.WriteLineAsync(await StartItem.MeasureAsync(published, database, import));
            }

            foreach (var families in options.Wants(WithdrawItem.Name) ? options.Withdraw : [])
            {
                await using var database = await published.NewDatabaseAsync(Path.Combine(directory, "withdraw"), options);
                await Console.Out.WriteLineAsync(await WithdrawItem.MeasureAsync(published, database, import, families));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        return 0;
    }

    private static async Task DriveAsync(PublishedServer published, string directory, string import, LoadOptions options)
    {
        await using var database = await published.NewDatabaseAsync(Path.Combine(directory, "load"), options);
        await using var server = await published.StartAsync(database, import, ServerProcess.FreePort());
        var scene = await Scene.OfAsync(server);
        var items = await Items.OfAsync(scene, options);
        if (items.Count == 0)
        {
            return;
        }

        await using var limits = await StartLimitsAsync(directory);
        var before = server.Resident();
        var measured = await MeasureAsync(new Rounds(scene, limits, options), items, server);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"""

            {Report.Of(measured, goals: database.IsSqlite)}

            Memory: {before / 1e6:0} MB before, {server.Resident() / 1e6:0} MB at the end, {server.ResidentPeak() / 1e6:0} MB at most.
            """));
    }

    private static async Task<IReadOnlyList<Measured>> MeasureAsync(Rounds rounds, IReadOnlyList<Item> items, ServerProcess server)
    {
        try
        {
            return await rounds.RunAsync(items);
        }
        catch (BenchmarkException wrong)
        {
            throw new BenchmarkException($"{wrong.Message}\n\nThe server's log ends:\n{server.LogEnd()}", wrong);
        }
    }

    /// <summary>This program itself, in a process of its own.</summary>
    private static Task<ServerProcess> StartLimitsAsync(string directory)
    {
        var port = ServerProcess.FreePort();
        return ServerProcess.StartAsync(
            Environment.ProcessPath!,
            ["limits", port.ToString(CultureInfo.InvariantCulture), Path.Combine(directory, "limits.db")],
            port,
            "/json",
            Path.Combine(directory, "limits.log"));
    }
}
