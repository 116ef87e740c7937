using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using AuthServer.Grants.Revocation;

namespace AuthServer.Telemetry;

/// <summary>What this server and its runtime have measured since it listens, in Prometheus' text format 0.0.4.</summary>
internal sealed class MetricsPage : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentBag<MetricFamily> _families = [];
    private readonly MeterListener _listener = new();
    private readonly Lock _observing = new();

    public MetricsPage(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Ours alone, not those of another server in this process.
            var meter = instrument.Meter;
            if ((meter.Name == RevocationMetrics.Meter && ReferenceEquals(meter.Scope, meters)) || meter.Name == "System.Runtime")
            {
                var family = new MetricFamily(instrument);
                _families.Add(family);
                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    public string Write()
    {
        // One at a time: what is observed is forgotten in between.
        lock (_observing)
        {
            var families = _families.OrderBy(family => family.Name, StringComparer.Ordinal).ToList();
            families.ForEach(family => family.BeforeObserving());
            _listener.RecordObservableInstruments();
            var page = new StringBuilder();
            families.ForEach(family => family.WriteTo(page));
            return page.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();
}
