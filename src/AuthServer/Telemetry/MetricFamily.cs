using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace AuthServer.Telemetry;

/// <summary>One instrument on the page: its measurements so far, by their tags.</summary>
internal sealed class MetricFamily
{
    private static readonly double[] DefaultBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Instrument _instrument;
    private readonly string _type;
    private readonly double[] _boundaries;
    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    public MetricFamily(Instrument instrument)
    {
        _instrument = instrument;
        var kind = instrument.GetType().Name;
        _type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
        IsLevel = instrument.IsObservable || kind.StartsWith("Gauge", StringComparison.Ordinal);
        _boundaries = _type != "histogram" ? [] : instrument switch
        {
            Histogram<double> histogram => [.. histogram.Advice?.HistogramBucketBoundaries ?? DefaultBoundaries],
            Histogram<int> histogram => [.. (histogram.Advice?.HistogramBucketBoundaries ?? []).Select(boundary => (double)boundary)],
            _ => DefaultBoundaries,
        };
        Name = NameOf(instrument) + (_type == "counter" ? "_total" : "");
    }

    public string Name { get; }

    /// <summary>Whether a measurement says how much there is, not how much has been added.</summary>
    private bool IsLevel { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _series.GetOrAdd(Labels(tags), _ => new MetricSeries(_boundaries));
        if (IsLevel)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Forgets what is about to be observed again.</summary>
    public void BeforeObserving()
    {
        if (_instrument.IsObservable)
        {
            _series.Clear();
        }
    }

    public void WriteTo(StringBuilder page)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        page.Append("# HELP ").Append(Name).Append(' ').Append((_instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        page.Append("\n# TYPE ").Append(Name).Append(' ').Append(_type).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            series.WriteTo(page, Name, labels, _type == "histogram");
        }
    }

    // OpenTelemetry's rules for Prometheus: underscores for points, and the unit spelled out.
    private static string NameOf(Instrument instrument)
    {
        var name = string.Concat(instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return instrument.Unit switch
        {
            "s" => name + "_seconds",
            "By" => name + "_bytes",
            _ => name,
        };
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            labels[string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'))] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }

        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escaped(label.Value)}\""));
    }

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
