using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>How it goes: who is signed in, what was issued, refused and withdrawn, what is owed, how old the keys are, whether the ledger is sealed.</summary>
internal sealed class OverviewModel(AuthServerDbContext db, TimeProvider time) : PageModel
{
    private const int Hours = 24;

    // "More than" says enough from there on: counting all of them would take longer the more there are.
    private const int Stop = RevocationReceipt.CountLimit + 1;

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    public int Sessions { get; private set; }

    /// <summary>Null where there are too many sessions to say.</summary>
    public int? SignedIn { get; private set; }

    public int Users { get; private set; }

    public int Disabled { get; private set; }

    public int Clients { get; private set; }

    public IReadOnlyList<Chart> Charts { get; private set; } = [];

    public int Pending { get; private set; }

    public int Failed { get; private set; }

    public DateTime? OldestPending { get; private set; }

    public IReadOnlyList<(string Alg, DateTime CreatedAt)> Keys { get; private set; } = [];

    public LedgerSeal? LastSeal { get; private set; }

    public int Unsealed { get; private set; }

    public IReadOnlyList<BulkWithdrawal> Bulks { get; private set; } = [];

    public int Sweeps { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        // What is alive now is at the end of this index.
        var alive = db.AliveSessions(Now).OrderByDescending(s => s.LastSeenAt).Select(s => s.UserId).Take(Stop);
        Sessions = await alive.CountAsync(cancellationToken);
        SignedIn = Sessions == Stop ? null : await alive.Distinct().CountAsync(cancellationToken);
        Users = await db.Users.OrderBy(u => u.Id).Take(Stop).CountAsync(cancellationToken);
        Disabled = await db.Users.Where(u => u.Disabled).OrderBy(u => u.NormalizedEmail).Take(Stop).CountAsync(cancellationToken);
        Clients = await db.Clients.CountAsync(cancellationToken);
        Charts = await ChartsAsync(cancellationToken);

        var pending = db.Deliveries.Where(d => d.State == DeliveryState.Pending);
        Pending = await pending.Take(Stop).CountAsync(cancellationToken);
        OldestPending = await pending.OrderBy(d => d.CreatedAt).Select(d => (DateTime?)d.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        Failed = await db.Deliveries.Where(d => d.State == DeliveryState.Failed).Take(Stop).CountAsync(cancellationToken);

        Keys = [.. (await db.SigningKeys.OrderBy(k => k.Alg).ThenByDescending(k => k.CreatedAt).Select(k => new { k.Alg, k.CreatedAt }).ToListAsync(cancellationToken))
            .DistinctBy(key => key.Alg).Select(key => (key.Alg, key.CreatedAt))];
        LastSeal = await db.LedgerSeals.AsNoTracking().OrderByDescending(s => s.Id).FirstOrDefaultAsync(cancellationToken);
        Unsealed = await db.Revocations.Where(r => r.SealId == null).Take(Stop).CountAsync(cancellationToken);
        Bulks = await db.BulkWithdrawals.AsNoTracking().Where(b => b.FinishedAt == null).OrderBy(b => b.CreatedAt).Take(5).ToListAsync(cancellationToken);
        Sweeps = await db.Sweeps.CountAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<Chart>> ChartsAsync(CancellationToken cancellationToken)
    {
        var first = Now.AddTicks(-(Now.Ticks % TimeSpan.TicksPerHour)).AddHours(1 - Hours);
        DateTime[] hours = [.. Enumerable.Range(0, Hours).Select(hour => first.AddHours(hour))];
        var tallies = await db.Tallies.AsNoTracking().Where(t => t.Hour >= first).ToListAsync(cancellationToken);

        // What was withdrawn, the ledger itself knows: hour by hour along its index.
        var withdrawn = new List<(DateTime, long)>();
        foreach (var hour in hours)
        {
            var end = hour.AddHours(1);
            withdrawn.Add((hour, await db.Revocations.CountAsync(r => r.At >= hour && r.At < end && r.Completes == null, cancellationToken)));
        }

        return
        [
            new Chart("issued", "Tokens issued", "chart-issued", Of(TallyKind.Issued)),
            new Chart("refused", "Token requests refused", "chart-refused", Of(TallyKind.Refused)),
            new Chart("withdrawn", "Withdrawn", "chart-withdrawn", withdrawn),
        ];

        List<(DateTime, long)> Of(TallyKind kind) =>
            [.. hours.Select(hour => (hour, tallies.Where(tally => tally.Kind == kind && tally.Hour == hour).Sum(tally => tally.Count)))];
    }
}
