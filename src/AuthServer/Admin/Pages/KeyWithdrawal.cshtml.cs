using System.ComponentModel.DataAnnotations;
using AuthServer.Keys;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>Withdraws a signing key that somebody else may have, and leads to the receipt.</summary>
[FreshSignIn]
internal sealed class KeyWithdrawalModel(SigningKeyRing ring, SigningKeyRotation rotation) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Kid { get; set; }

    [BindProperty]
    [StringLength(500, ErrorMessage = "At most 500 characters.")]
    public string? Reason { get; set; }

    public ScheduledKey Key { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if ((await ring.ListAsync(cancellationToken)).FirstOrDefault(key => key.Key.Kid == Kid && key.State != SigningKeyState.Withdrawn) is not { } key)
        {
            return NotFound();
        }

        Key = key;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
        {
            return await OnGetAsync(cancellationToken);
        }

        var receipt = await rotation.WithdrawAsync(
            Kid ?? "", HttpContext.ByOperator(string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim()), cancellationToken);
        return receipt.Entry is { } entry ? new SeeOther($"/admin/revocations/{entry.Id}") : NotFound();
    }
}
