using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AuthServer.Tests.Fixtures;

/// <summary>Adds up a counter of one server, by the value of its first tag.</summary>
public sealed class Counted : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly MeterListener _listener;

    public Counted(IMeterFactory meters, string counter)
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == counter && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => _sums.AddOrUpdate((string)tags[0].Value!, count, (_, sum) => sum + count));
        _listener.Start();
    }

    public long Total => _sums.Values.Sum();

    public int Of(string tag) => (int)_sums.GetValueOrDefault(tag);

    public void Clear() => _sums.Clear();

    public void Dispose() => _listener.Dispose();
}
