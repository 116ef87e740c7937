using AuthServer.Account;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>Taking something back: shows what will fall, does it when told to, and leads to the receipt. Others' ids are not found.</summary>
[Authorize]
internal sealed class WithdrawModel(
    OwnWithdrawals withdrawals, SealedReceipts receipts, IOptions<AuthServerOptions> options, TimeProvider time) : PageModel
{
    /// <summary><c>session</c>, <c>others</c>, <c>everywhere</c>, <c>grant</c>, <c>scope</c> or <c>device</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Scope { get; set; }

    public RevocationPreview Preview { get; private set; } = null!;

    /// <summary>Who loses access, by name.</summary>
    public IReadOnlyList<string> Clients { get; private set; } = [];

    /// <summary>It has become something else since it was shown: nothing was done.</summary>
    public bool Changed { get; private set; }

    public bool EndsHere => OwnWithdrawal.Of(Kind, Id, Scope, Me)?.EndsHere(Me) is true;

    public DateTime JwtAcceptedUntil => JwtAcceptance.Until(time.GetUtcNow().UtcDateTime, options.Value.Lifetimes);

    public string ListPage => Kind is "grant" or "scope" or "device" ? "./ConnectedApps" : "./Sessions";

    private SessionState Me => HttpContext.Session()!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (OwnWithdrawal.Of(Kind, Id, Scope, Me) is not { } withdrawal
            || await withdrawals.PreviewAsync(Me.User.Id, withdrawal.Target, cancellationToken) is not var (preview, clients))
        {
            return NotFound();
        }

        (Preview, Clients) = (preview, clients);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? stamp, CancellationToken cancellationToken)
    {
        var (me, withdrawal) = (Me, OwnWithdrawal.Of(Kind, Id, Scope, Me));
        switch (withdrawal is null ? null : await withdrawals.RevokeAsync(me.User.Id, withdrawal, stamp ?? "", HttpContext.ByUser(me.User.Id), cancellationToken))
        {
            case null:
                return NotFound();
            case PreviewedRevocation.Stale:
                Changed = true;
                return await OnGetAsync(cancellationToken);
            case PreviewedRevocation.Done { Receipt.Entry: { } entry }:
                if (withdrawal!.EndsHere(me))
                {
                    await HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
                }

                return new SeeOther(Url.Page("../Receipt", new { receipt = receipts.Seal(entry.Id) })!);
            default:
                return new SeeOther(Url.Page(ListPage)!);
        }
    }
}
