using AuthServer.Account;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>What was withdrawn of a user's. Its address is sealed: it is shown after a sign-out everywhere, too.</summary>
[AllowAnonymous]
internal sealed class ReceiptModel(AuthServerDbContext db, SealedReceipts receipts, IOptions<AuthServerOptions> options) : PageModel
{
    public RevocationEntry Entry { get; private set; } = null!;

    /// <summary>How many are told of it.</summary>
    public int Told { get; private set; }

    public DateTime JwtAcceptedUntil => JwtAcceptance.Until(Entry.At, options.Value.Lifetimes);

    /// <summary>The user did it; not an operator, a client or the server.</summary>
    public bool Own => Entry.ActorKind == RevocationActorKind.User;

    public bool SignedIn => User.Identity?.IsAuthenticated is true;

    public async Task<IActionResult> OnGetAsync(string? receipt, CancellationToken cancellationToken)
    {
        if (receipts.Open(receipt) is not { } id
            || await db.Revocations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } entry)
        {
            return NotFound();
        }

        Entry = entry;
        Told = await db.Deliveries.CountAsync(d => d.RevocationId == id, cancellationToken);
        return Page();
    }
}
