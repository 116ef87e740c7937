using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>How far a bulk withdrawal has come, and then its receipt.</summary>
internal sealed class BulkProgressModel(AuthServerDbContext db) : PageModel
{
    private const int MaxLines = 20;

    public BulkWithdrawal Bulk { get; private set; } = null!;

    public IReadOnlyList<RevocationEntry> Lines { get; private set; } = [];

    public Names Names { get; private set; } = Names.None;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.BulkWithdrawals.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancellationToken) is not { } bulk)
        {
            return NotFound();
        }

        Bulk = bulk;
        Lines = await new LedgerFilter { CorrelationId = $"{id}" }.Of(db).Where(r => r.Completes == null).Take(MaxLines).ToListAsync(cancellationToken);
        Names = await Names.OfAsync(db, [bulk.OperatorId, .. Lines.Select(line => line.UserId)], Lines.Select(line => line.ClientId), cancellationToken);
        return Page();
    }
}
