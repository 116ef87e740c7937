using System.Diagnostics;

namespace AuthServer.Benchmarks.Load;

/// <summary>Sends as fast as a process answers, over a number of connections, each with one request at a time.</summary>
internal static class Driver
{
    /// <summary>Drives <paramref name="item"/> until <paramref name="time"/> is over or it has nothing left.</summary>
    public static async Task<Window> DriveAsync(ServerProcess process, Item item, int connections, TimeSpan time)
    {
        var open = new List<Connection>();
        try
        {
            while (open.Count < connections)
            {
                open.Add(await Connection.OpenAsync(process.EndPoint));
            }

            var times = open.ConvertAll(_ => new Histogram());
            var (processor, resident) = (process.ProcessorTime(), process.Resident());
            var start = Stopwatch.GetTimestamp();
            var until = start + (long)(time.TotalSeconds * Stopwatch.Frequency);
            var runs = open.Select((connection, index) => RunAsync(connection, index, item, until, times[index])).ToList();

            // Not on the thread that the sockets call back on.
            await Task.WhenAll(runs).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var elapsed = Stopwatch.GetElapsedTime(start);
            var all = new Histogram();
            times.ForEach(all.Add);
            return new Window(all, elapsed, process.ProcessorTime() - processor, resident, process.Resident());
        }
        finally
        {
            open.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task RunAsync(Connection connection, int index, Item item, long until, Histogram times)
    {
        while (Stopwatch.GetTimestamp() < until && item.Write(index, connection.Request) is > 0 and var length)
        {
            var sent = Stopwatch.GetTimestamp();
            var response = await connection.SendAsync(length);
            times.Record(Stopwatch.GetTimestamp() - sent);
            item.Check(index, response);
        }
    }
}
