using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>The end of the account, through the cascade: what falls is shown first, the receipt after.</summary>
[Authorize]
[FreshSignIn]
internal sealed class DeletePersonalDataModel(
    UserManager<User> users, SignIn signIn, OwnWithdrawals withdrawals, SealedReceipts receipts, AuthServerDbContext db) : PageModel
{
    [BindProperty]
    public Proof Input { get; set; } = new();

    public RevocationPreview Preview { get; private set; } = null!;

    public IReadOnlyList<string> Clients { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var me = HttpContext.Session()!.User;
        if (await withdrawals.PreviewAsync(me.Id, new RevocationTarget.DeletedUser(me.Id), cancellationToken) is not var (preview, clients))
        {
            return NotFound();
        }

        (Preview, Clients) = (preview, clients);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await users.GetUserAsync(User) is not { } user)
        {
            return NotFound();
        }

        if (ModelState.IsValid && !await users.CheckPasswordAsync(user, Input.Password))
        {
            ModelState.AddModelError("Input.Password", "This is not your password.");
        }

        if (!ModelState.IsValid)
        {
            return await OnGetAsync(cancellationToken);
        }

        await users.DeleteAsync(user);
        await signIn.SignOutAsync();
        var entry = await db.Revocations.Where(r => r.UserId == user.Id && r.Cause == RevocationCause.UserDeleted && r.Completes == null)
            .Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancellationToken);
        return new SeeOther(entry is { } id ? Url.Page("../Receipt", new { receipt = receipts.Seal(id) })! : Url.Content("~/"));
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Proof
    {
        [Required(ErrorMessage = "Type your password.")]
        public string Password { get; set; } = "";
    }
}
