using System.Globalization;

namespace AuthServer.Benchmarks.Load;

/// <summary>From the start of the process to its first answer, on a database that is there.</summary>
internal static class StartItem
{
    public const string Name = "start";

    private const int Starts = 10;
    private const double GoalMilliseconds = 500;

    public static async Task<string> MeasureAsync(PublishedServer published, RunDatabase database, string import)
    {
        var port = ServerProcess.FreePort();
        await (await published.StartAsync(database, import, port)).DisposeAsync();
        var times = new List<double>();
        while (times.Count < Starts)
        {
            await using var server = await published.StartAsync(database, import: null, port);
            times.Add(server.Start.TotalMilliseconds);
        }

        var median = Measured.Median(times);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Start to first answer: {median:0} ms, the median of {Starts} ({times.Min():0} to {times.Max():0}); goal ≤ {GoalMilliseconds:0}: {(median <= GoalMilliseconds ? "yes" : "no")}.");
    }
}
