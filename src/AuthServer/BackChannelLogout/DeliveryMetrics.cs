using System.Diagnostics.Metrics;
using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.BackChannelLogout;

/// <summary>
/// <c>authserver.deliveries</c>: attempts by kind and outcome. <c>authserver.delivery.age</c> and <c>authserver.delivery.attempts</c>: how long after
/// the withdrawal, or after an operator sent it again, and at which attempt, a delivery was taken or given up.
/// </summary>
internal sealed class DeliveryMetrics
{
    private readonly TimeProvider _time;
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _age;
    private readonly Histogram<int> _attempts;

    public DeliveryMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(RevocationMetrics.Meter);
        _deliveries = meter.CreateCounter<long>("authserver.deliveries", "{attempt}", "Attempts to deliver a notice.");
        _age = meter.CreateHistogram(
            "authserver.delivery.age",
            "s",
            "From the withdrawal, or from sending again, to the end of the delivery.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400] });
        _attempts = meter.CreateHistogram(
            "authserver.delivery.attempts",
            "{attempt}",
            "Attempts until the end of a delivery.",
            tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 3, 5, 10, 20, 50] });
    }

    public static string Word(DeliveryKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    public static string Word(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Acknowledged => "acknowledged",
        DeliveryOutcome.Failed => "failed",
        _ => "again",
    };

    public void Settled(Delivery delivery, DeliveryOutcome outcome)
    {
        KeyValuePair<string, object?> kind = new("kind", Word(delivery.Kind)), what = new("outcome", Word(outcome));
        _deliveries.Add(1, kind, what);
        if (outcome is not DeliveryOutcome.Again)
        {
            _age.Record((_time.GetUtcNow().UtcDateTime - delivery.CreatedAt).TotalSeconds, kind, what);
            _attempts.Record(delivery.Attempts, kind, what);
        }
    }
}
