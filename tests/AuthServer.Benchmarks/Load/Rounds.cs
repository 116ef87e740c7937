namespace AuthServer.Benchmarks.Load;

/// <summary>Drives the items in turn, each followed by its limit, round after round: what the machine does to one, it does to the other.</summary>
internal sealed class Rounds(Scene scene, ServerProcess limits, LoadOptions options)
{
    private const int FirstFill = 1000;

    private readonly Dictionary<Item, double> _rates = [];

    public async Task<IReadOnlyList<Measured>> RunAsync(IReadOnlyList<Item> items)
    {
        var most = options.Connections.Max();
        foreach (var item in items.Concat(items.Select(item => item.Limit).OfType<Item>().Distinct()))
        {
            await WarmAsync(item, most);
        }

        var measured = new List<Measured>();
        foreach (var connections in options.Connections)
        {
            var rows = items.Select(item => new Measured(item, connections)).ToList();
            measured.AddRange(rows);
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var row in rows)
                {
                    Say($"{row.Item.Name}, {connections} connections, round {round}");
                    row.Windows.Add(await MeasureAsync(row.Item, connections));
                    if (row.Item.Limit is { } limit)
                    {
                        row.LimitWindows.Add(await MeasureAsync(limit, connections));
                    }
                }
            }
        }

        return measured;
    }

    /// <summary>What uses up what it is given gets it in portions, and no more than four times as long.</summary>
    private async Task WarmAsync(Item item, int connections)
    {
        Say($"{item.Name}, before it is measured");
        var (driven, start) = (TimeSpan.Zero, TimeProvider.System.GetTimestamp());
        while (driven < options.Warmup && TimeProvider.System.GetElapsedTime(start) < options.Warmup * 4)
        {
            await item.FillAsync(connections, Portion(item, options.Warmup - driven));
            var window = await Driver.DriveAsync(Process(item), item, connections, options.Warmup - driven);
            driven += window.Elapsed;
            _rates[item] = window.Rate;
            await item.VerifyAsync();
        }
    }

    private async Task<Window> MeasureAsync(Item item, int connections)
    {
        await item.FillAsync(connections, Portion(item, options.Time));
        var window = await Driver.DriveAsync(Process(item), item, connections, options.Time);
        await item.VerifyAsync();
        _rates[item] = Math.Max(window.Rate, _rates.GetValueOrDefault(item));
        return window;
    }

    private int Portion(Item item, TimeSpan time) =>
        _rates.TryGetValue(item, out var rate) ? (int)Math.Clamp(rate * time.TotalSeconds * 1.3, 500, 1_000_000) : FirstFill;

    private ServerProcess Process(Item item) => item is LimitItem ? limits : scene.Server;

    /// <summary>On the error stream: the other holds the table alone.</summary>
    private static void Say(string what) => Console.Error.WriteLine($"… {what}");
}
