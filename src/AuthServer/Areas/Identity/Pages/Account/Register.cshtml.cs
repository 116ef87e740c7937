using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Grants.Entities;
using AuthServer.Mail;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>
/// Asks for a link to make an account, where the operator lets people. It writes the same down for every address: whether somebody has it already
/// is looked up behind the request, and said in the mail alone.
/// </summary>
[AllowAnonymous]
internal sealed class RegisterModel(OwedMails mails, IOptions<AuthServerOptions> options, IHostEnvironment environment) : PageModel, IAsksForMail
{
    /// <summary>Where this browser was going; kept in it, not in the mail.</summary>
    public const string Way = "way";

    [BindProperty]
    public Recipient Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Sent { get; set; }

    public static bool IsOpen(AuthServerOptions options, IHostEnvironment environment) => options.Registration ?? environment.IsDevelopment();

    public string? RecipientOf(string? handler) => Input.Email;

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!IsOpen(options.Value, environment))
        {
            context.Result = NotFound();
        }
    }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        await mails.OweAsync(OwedMailKind.Register, userId: null, Input.Email.Trim(), cancellationToken);
        TempData[Way] = Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : null;
        return new SeeOther(Url.Page("./Register", new { sent = true })!);
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
