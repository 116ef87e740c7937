using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Grants.Entities;
using AuthServer.Mail;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Asks for a link to set a new password. It writes the same down for every address: whether anybody has it is looked up behind the request.</summary>
[AllowAnonymous]
internal sealed class ForgotPasswordModel(OwedMails mails) : PageModel, IAsksForMail
{
    [BindProperty]
    public Recipient Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public bool Sent { get; set; }

    public string? RecipientOf(string? handler) => Input.Email;

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        await mails.OweAsync(OwedMailKind.ResetPassword, userId: null, Input.Email.Trim(), cancellationToken);
        return new SeeOther(Url.Page("./ForgotPassword", new { sent = true })!);
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Recipient
    {
        [Required(ErrorMessage = "Type your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        [StringLength(256, ErrorMessage = "This address is too long.")]
        public string Email { get; set; } = "";
    }
}
