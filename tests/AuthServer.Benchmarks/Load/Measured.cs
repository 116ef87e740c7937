namespace AuthServer.Benchmarks.Load;

/// <summary>What was seen of an item at a number of connections, round after round.</summary>
internal sealed record Measured(Item Item, int Connections)
{
    public List<Window> Windows { get; } = [];

    /// <summary>Of the limit, each right after the window of the same round.</summary>
    public List<Window> LimitWindows { get; } = [];

    public double Rate => Median(Windows.Select(window => window.Rate));

    public double? LimitRate => LimitWindows.Count > 0 ? Median(LimitWindows.Select(window => window.Rate)) : null;

    public double? Ratio => LimitWindows.Count > 0 ? Median(Windows.Zip(LimitWindows, (window, limit) => window.Rate / limit.Rate)) : null;

    public TimeSpan ProcessorPerRequest => Windows.Aggregate(TimeSpan.Zero, (sum, window) => sum + window.Processor) / Times.Count;

    public long Resident => Windows[^1].ResidentAfter;

    public long Growth => Windows.Sum(window => window.ResidentAfter - window.ResidentBefore);

    public Histogram Times => Together(Windows);

    public Histogram LimitTimes => Together(LimitWindows);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static Histogram Together(List<Window> windows)
    {
        var all = new Histogram();
        windows.ForEach(window => all.Add(window.Times));
        return all;
    }
}
