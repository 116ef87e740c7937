using System.Diagnostics.Metrics;
using AuthServer.Grants.Revocation;

namespace AuthServer.Grants;

/// <summary>
/// How busy the queue of the one writer is: <c>authserver.write.waiting</c>, the units in it, and <c>authserver.write.wait</c>, how long they were in
/// it. Where units need not queue (PostgreSQL) there is neither.
/// </summary>
public sealed class WriteMetrics(IMeterFactory meters, TimeProvider time)
{
    private readonly Meter _meter = meters.Create(RevocationMetrics.Meter);
    private Histogram<double>? _wait;

    internal long Now => time.GetTimestamp();

    internal TimeSpan Since(long begun) => time.GetElapsedTime(begun);

    internal void Watch(Func<int> waiting)
    {
        _meter.CreateObservableUpDownCounter("authserver.write.waiting", waiting, "{unit}", "Units that wait for the one writer.");
        _wait = _meter.CreateHistogram(
            "authserver.write.wait",
            "s",
            "How long units waited for the one writer.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    }

    internal void Waited(long since) => _wait?.Record(Since(since).TotalSeconds);
}
