using System.Diagnostics.Metrics;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Telemetry;

/// <summary>
/// Listens to this node's counters and adds them up in the database by the hour, once a minute and when the server stops. What <c>kill -9</c> finds
/// in memory is lost: a minute's worth at most. Counting is an addition in memory; no request waits for it (docs/decisions/0012).
/// </summary>
internal sealed class Tallies : IHostedService, IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Writes _writes;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task? _last;
    private long _issued;
    private long _refused;

    public Tallies(TokenMetrics metrics, Writes writes, TimeProvider time)
    {
        (_writes, _time) = (writes, time);
        _listener.SetMeasurementEventCallback<long>(
            (instrument, count, _, _) => Interlocked.Add(ref ReferenceEquals(instrument, metrics.Issued) ? ref _issued : ref _refused, count));
        _listener.EnableMeasurementEvents(metrics.Issued);
        _listener.EnableMeasurementEvents(metrics.Refused);
    }

    /// <summary>Adds what was counted since to the hour it is now. Where that fails it is kept for the next time.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (issued, refused) = (Interlocked.Exchange(ref _issued, 0), Interlocked.Exchange(ref _refused, 0));
        try
        {
            await AddAsync(TallyKind.Issued, "issued", issued, cancellationToken);
            issued = 0;
            await AddAsync(TallyKind.Refused, "refused", refused, cancellationToken);
            refused = 0;
        }
        finally
        {
            Interlocked.Add(ref _issued, issued);
            Interlocked.Add(ref _refused, refused);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A host may be stopped from two sides at once; neither goes on to dispose before the last of it is written.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _last ??= RunAsync(cancellationToken);
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task AddAsync(TallyKind kind, string word, long count, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return;
        }

        var now = _time.GetUtcNow().UtcDateTime;
        var hour = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        await _writes.RunAsync(
            async (db, token) =>
            {
                // Nodes add to the same row; the first of an hour makes it.
                if (await db.Tallies.Where(t => t.Hour == hour && t.Kind == kind)
                    .ExecuteUpdateAsync(set => set.SetProperty(t => t.Count, t => t.Count + count), token) == 0)
                {
                    await db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO "Tallies" ("Hour", "Kind", "Count") VALUES ({hour}, {word}, {count})
                        ON CONFLICT ("Hour", "Kind") DO UPDATE SET "Count" = "Tallies"."Count" + excluded."Count"
                        """,
                        token);
                }
            },
            cancellationToken);
    }
}
