using System.Linq.Expressions;
using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// What is owed because of revocations: leased by who sends it, then settled. Every step is a conditional update on what was read, so any number
/// of processes send side by side, each notice once; what a dead process held comes back by time. Delivered is at least once.
/// </summary>
public sealed class Deliveries(IDbContextFactory<AuthServerDbContext> contexts, Writes writes, TimeProvider time)
{
    /// <summary>Longer than any attempt may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>So long it is tried again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private const int MaxErrorLength = 300;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    /// <summary>Everybody who is owed something now that nobody is sending.</summary>
    public async Task<IReadOnlyList<DeliveryReceiver>> DueAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var due = await db.Deliveries.Where(IsDue(Now)).Select(d => new { d.Kind, d.ClientId }).Distinct().ToListAsync(cancellationToken);
        return [.. due.Select(d => new DeliveryReceiver(d.Kind, d.ClientId))];
    }

    /// <summary>Takes the oldest of what <paramref name="receiver"/> is owed. Null: nothing is due, or somebody is sending to that receiver.</summary>
    public async Task<Delivery?> LeaseAsync(DeliveryReceiver receiver, CancellationToken cancellationToken)
    {
        var now = Now;
        var until = now + Lease;
        var read = await OldestAsync(receiver, now, cancellationToken);
        var leased = read is null ? 0 : await writes.RunAsync(
            (db, token) => Free(db, receiver, now)
                .Where(d => d.Id == read.Id && d.State == DeliveryState.Pending)
                .Where(d => d.LeasedUntil == read.LeasedUntil && d.NextAttemptAt == read.NextAttemptAt)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.LeasedUntil, until).SetProperty(d => d.Attempts, d => d.Attempts + 1), token),
            cancellationToken);
        if (leased == 0)
        {
            return null;
        }

        read!.LeasedUntil = until;
        read.Attempts++;
        return read;
    }

    /// <summary>Writes down what came of it. False: the lease had run out, and somebody else has it.</summary>
    public Task<bool> SettleAsync(Delivery leased, DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        var now = Now;
        DateTime? acknowledged = outcome is DeliveryOutcome.Acknowledged ? now : null;
        DateTime? next = outcome is DeliveryOutcome.Again && now < leased.CreatedAt + Patience ? NextAttempt(leased, now) : null;
        var state = acknowledged is not null ? DeliveryState.Acknowledged : next is not null ? DeliveryState.Pending : DeliveryState.Failed;
        var error = outcome switch
        {
            DeliveryOutcome.Failed failed => failed.Words,
            DeliveryOutcome.Again again => again.Words,
            _ => null,
        };
        error = error?[..Math.Min(error.Length, MaxErrorLength)];
        return writes.RunAsync(
            async (db, token) => await Held(db, leased).ExecuteUpdateAsync(
                set => set.SetProperty(d => d.State, state)
                    .SetProperty(d => d.NextAttemptAt, next)
                    .SetProperty(d => d.LeasedUntil, (DateTime?)null)
                    .SetProperty(d => d.AcknowledgedAt, acknowledged)
                    .SetProperty(d => d.LastError, error),
                token) == 1,
            cancellationToken);
    }

    /// <summary>Gives a lease back untried, for the next process.</summary>
    public Task ReturnAsync(Delivery leased, CancellationToken cancellationToken) => writes.RunAsync(
        (db, token) => Held(db, leased).ExecuteUpdateAsync(set => set.SetProperty(d => d.LeasedUntil, (DateTime?)null), token), cancellationToken);

    /// <summary>Sends one that was given up again, now, and for as long as a new one. False: it is not there, or was not given up.</summary>
    public Task<bool> SendAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = Now;
        return writes.RunAsync(
            async (db, token) => await db.Deliveries.Where(d => d.Id == id && d.State == DeliveryState.Failed).ExecuteUpdateAsync(
                set => set.SetProperty(d => d.State, DeliveryState.Pending)
                    .SetProperty(d => d.CreatedAt, now)
                    .SetProperty(d => d.NextAttemptAt, now)
                    .SetProperty(d => d.LeasedUntil, (DateTime?)null),
                token) == 1,
            cancellationToken);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<Delivery?> OldestAsync(DeliveryReceiver receiver, DateTime now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Free(db, receiver, now).AsNoTracking().Where(IsDue(now))
            .OrderBy(d => d.NextAttemptAt).ThenBy(d => d.Id).FirstOrDefaultAsync(cancellationToken);
    }

    // At most one is under way to a receiver, on whichever node.
    private static IQueryable<Delivery> Free(AuthServerDbContext db, DeliveryReceiver receiver, DateTime now)
    {
        var (kind, clientId) = (receiver.Kind, receiver.ClientId);
        var theirs = db.Deliveries.Where(d => d.Kind == kind && d.ClientId == clientId);
        return theirs.Where(d => !theirs.Any(other => other.State == DeliveryState.Pending && other.LeasedUntil > now));
    }

    private static Expression<Func<Delivery, bool>> IsDue(DateTime now) =>
        d => d.State == DeliveryState.Pending && d.NextAttemptAt <= now && (d.LeasedUntil == null || d.LeasedUntil <= now);

    private static IQueryable<Delivery> Held(AuthServerDbContext db, Delivery leased)
    {
        var (id, until) = (leased.Id, leased.LeasedUntil);
        return db.Deliveries.Where(d => d.Id == id && d.State == DeliveryState.Pending && d.LeasedUntil == until);
    }

    // It doubles with every attempt, but is never longer than it has been waiting: one that is sent again by hand begins with short pauses anew.
    // The jitter keeps those that failed together from coming back together. The last attempt is made when patience ends.
    private static DateTime NextAttempt(Delivery delivery, DateTime now)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(delivery.Attempts - 1, 20));
        var waited = now - delivery.CreatedAt;
        var pause = TimeSpan.FromTicks(Math.Min(Math.Min(doubled.Ticks, LongestPause.Ticks), Math.Max(waited.Ticks, FirstPause.Ticks)));
        var next = now + (pause * (RandomNumberGenerator.GetInt32(50, 101) / 100.0));
        var last = delivery.CreatedAt + Patience;
        return next < last ? next : last;
    }
}
