using System.Diagnostics.Metrics;

namespace AuthServer.Grants.Revocation;

/// <summary>
/// <c>authserver.revocations</c> by cause, counted when they are committed. <c>authserver.revocation.effect</c>, by cause: the time from revocation
/// to effect. It begins when the unit that withdraws is asked for, so waiting for its turn is in it, and ends at its commit: from then on every node
/// refuses, since none remembers who was alive.
/// </summary>
public sealed class RevocationMetrics
{
    /// <summary>The name of this server's meters.</summary>
    public const string Meter = "AuthServer";

    private readonly Counter<long> _revocations;
    private readonly Histogram<double> _effect;

    public RevocationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        _revocations = meter.CreateCounter<long>("authserver.revocations", "{revocation}", "Withdrawals written to the ledger.");
        _effect = meter.CreateHistogram(
            "authserver.revocation.effect",
            "s",
            "From asking for a withdrawal to its commit, when every node refuses.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    }

    internal static string Word(RevocationCause cause) => StoredForms.Words<RevocationCause>.Of(cause);

    /// <summary>Counts once the unit that runs on <paramref name="db"/> is committed; one that is rolled back never happened.</summary>
    internal void Revoked(AuthServerDbContext db, RevocationCause cause) => db.Unit?.WhenCommitted(elapsed =>
    {
        var named = new KeyValuePair<string, object?>("cause", Word(cause));
        _revocations.Add(1, named);
        _effect.Record(elapsed.TotalSeconds, named);
    });
}
