using System.Globalization;
using System.Text;

namespace AuthServer.Telemetry;

/// <summary>The measurements of one instrument with the same tags.</summary>
internal sealed class MetricSeries(double[] boundaries)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[boundaries.Length];
    private double _sum;
    private long _count;

    public void Set(double value)
    {
        lock (_lock)
        {
            _sum = value;
        }
    }

    public void Add(double value)
    {
        // A bucket's own bound is in it.
        var bucket = Array.BinarySearch(boundaries, value);
        bucket = bucket < 0 ? ~bucket : bucket;
        lock (_lock)
        {
            _sum += value;
            _count++;
            if (bucket < _buckets.Length)
            {
                _buckets[bucket]++;
            }
        }
    }

    public void WriteTo(StringBuilder page, string name, string labels, bool histogram)
    {
        lock (_lock)
        {
            if (!histogram)
            {
                Line(page, name, labels, _sum);
                return;
            }

            var below = 0L;
            var more = labels.Length == 0 ? "" : labels + ",";
            foreach (var (index, boundary) in boundaries.Index())
            {
                below += _buckets[index];
                Line(page, name + "_bucket", $"{more}le=\"{Text(boundary)}\"", below);
            }

            Line(page, name + "_bucket", more + "le=\"+Inf\"", _count);
            Line(page, name + "_sum", labels, _sum);
            Line(page, name + "_count", labels, _count);
        }
    }

    private static void Line(StringBuilder page, string name, string labels, double value)
    {
        page.Append(name);
        if (labels.Length > 0)
        {
            page.Append('{').Append(labels).Append('}');
        }

        page.Append(' ').Append(Text(value)).Append('\n');
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
