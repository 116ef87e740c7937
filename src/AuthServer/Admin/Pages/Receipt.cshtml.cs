using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Admin.Pages;

/// <summary>One line of the ledger: what was withdrawn, by whom, why, how far tidying has come, who was told.</summary>
internal sealed class ReceiptModel(AuthServerDbContext db, IOptions<AuthServerOptions> options) : PageModel
{
    private const int MaxDeliveries = 100;

    public RevocationEntry Entry { get; private set; } = null!;

    /// <summary>What the sweep behind it counted, once it is through.</summary>
    public RevocationEntry? Completed { get; private set; }

    public ProgressState Progress { get; private set; } = new(0, 0, Finished: true);

    public IReadOnlyList<Delivery> Deliveries { get; private set; } = [];

    public Names Names { get; private set; } = Names.None;

    public DateTime JwtAcceptedUntil => JwtAcceptance.Until(Entry.At, options.Value.Lifetimes);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Revocations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } entry)
        {
            return NotFound();
        }

        Entry = entry;
        Progress = await ProgressState.OfSweepAsync(db, id, cancellationToken);
        Completed = await db.Revocations.AsNoTracking().FirstOrDefaultAsync(r => r.TargetId == entry.TargetId && r.Completes == id, cancellationToken);
        Deliveries = await db.Deliveries.AsNoTracking().Where(d => d.RevocationId == id)
            .OrderBy(d => d.CreatedAt).ThenBy(d => d.Id).Take(MaxDeliveries).ToListAsync(cancellationToken);
        Names = await Names.OfAsync(
            db, [entry.UserId, entry.ActorId, .. Deliveries.Select(d => (Guid?)d.UserId)], [entry.ClientId, entry.ActorId, .. Deliveries.Select(d => d.ClientId)], cancellationToken);
        return Page();
    }
}
