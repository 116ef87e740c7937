using System.Globalization;

namespace AuthServer.Benchmarks.Load;

/// <summary>The table, in Markdown.</summary>
internal static class Report
{
    private static readonly string[] Columns =
    [
        "item", "connections", "requests/s", "p50 ms", "p99 ms", "max ms", "CPU µs", "RSS MB", "growth MB", "limit", "limit requests/s", "limit p99 ms", "ratio", "goal", "met",
    ];

    public static string Of(IEnumerable<Measured> measured, bool goals)
    {
        List<IReadOnlyList<string>> rows = [Columns, .. measured.Select(row => Row(row, goals))];
        var widths = Columns.Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        var lines = rows.ConvertAll(row => $"| {string.Join(" | ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))} |");
        lines.Insert(1, $"| {string.Join(" | ", widths.Select((width, i) => i == 0 ? new string('-', width) : new string('-', width - 1) + ":"))} |");
        return string.Join('\n', lines);
    }

    private static string[] Row(Measured row, bool goals)
    {
        var times = row.Times;
        var (median, late) = (times.Quantile(0.5), times.Quantile(0.99));
        var goal = goals ? row.Item.Goal : null;
        return
        [
            row.Item.Name,
            Text(row.Connections),
            Text(row.Rate),
            Text(median.TotalMilliseconds, "0.00"),
            Text(late.TotalMilliseconds, "0.00"),
            Text(times.Max.TotalMilliseconds, "0.0"),
            Text(row.ProcessorPerRequest.TotalMicroseconds, "0.0"),
            Text(row.Resident / 1e6),
            Text(row.Growth / 1e6, "+0;-0;0"),
            row.Item.Limit?.Name ?? "",
            row.LimitRate is { } limit ? Text(limit) : "",
            row.LimitWindows.Count > 0 ? Text(row.LimitTimes.Quantile(0.99).TotalMilliseconds, "0.00") : "",
            row.Ratio is { } ratio ? Text(ratio, "0.00") : "",
            goal?.At(row.Connections) is { } wanted ? Text(wanted, "≥ 0.00") : "",
            goal is null ? "" : Met(row, goal, median, late),
        ];
    }

    private static string Met(Measured row, Goal goal, TimeSpan median, TimeSpan late)
    {
        List<string> missed = [];
        if (goal.At(row.Connections) is { } wanted && row.Ratio < wanted)
        {
            missed.Add("ratio");
        }

        if (late > median * goal.Spread)
        {
            missed.Add($"p99 > {goal.Spread} × p50");
        }

        return missed.Count == 0 ? "yes" : $"no: {string.Join(", ", missed)}";
    }

    private static string Text(double value, string format = "#,0") => value.ToString(format, CultureInfo.InvariantCulture);
}
