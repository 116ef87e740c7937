using AuthServer.Ledger;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>Whether the ledger is as it was sealed. Checking walks along every seal, so it is done when asked for; it changes nothing.</summary>
internal sealed class SealsModel(LedgerVerification verification) : PageModel
{
    /// <summary>Null: it was not asked for yet.</summary>
    public LedgerReport? Report { get; private set; }

    public IActionResult OnGet() => Page();

    public async Task OnPostAsync(CancellationToken cancellationToken) => Report = await verification.VerifyAsync(cancellationToken);
}
