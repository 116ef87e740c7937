using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Grants.Entities;
using AuthServer.Mail;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>The address of the account: proved, or changed to another by a link that is sent there. Whether somebody else has that one is not said here.</summary>
[Authorize]
[FreshSignIn(ForPostsOnly = true)]
internal sealed class EmailModel(OwedMails mails) : PageModel, IAsksForMail
{
    private const string Confirm = nameof(Confirm);

    [BindProperty]
    public NewAddress Input { get; set; } = new();

    public string Current => Me.Email ?? "";

    public bool Confirmed => Me.EmailConfirmed;

    private User Me => HttpContext.Session()!.User;

    public string? RecipientOf(string? handler) => handler == Confirm ? Current : Input.NewEmail;

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => ModelState.IsValid
        ? await SendAsync(OwedMailKind.ChangeEmail, Input.NewEmail.Trim(), cancellationToken)
        : Page();

    public Task<IActionResult> OnPostConfirmAsync(CancellationToken cancellationToken) => SendAsync(OwedMailKind.ConfirmEmail, Current, cancellationToken);

    private async Task<IActionResult> SendAsync(OwedMailKind kind, string address, CancellationToken cancellationToken)
    {
        await mails.OweAsync(kind, Me.Id, address, cancellationToken);
        return new SeeOther(Url.Page("./Email", pageHandler: null, new { done = "mail" })!);
    }

    /// <summary>What the form asks.</summary>
    internal sealed class NewAddress
    {
        [Required(ErrorMessage = "Type the new address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        [StringLength(256, ErrorMessage = "This address is too long.")]
        public string NewEmail { get; set; } = "";
    }
}
