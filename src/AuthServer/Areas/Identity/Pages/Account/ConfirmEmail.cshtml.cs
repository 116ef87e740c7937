using System.Text;
using AuthServer.Grants.Entities;
using AuthServer.Mail;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Proves an address by a link from a mail: the account's own, or the one it is to have. A form does it: programs that look at mail open links, too.</summary>
[AllowAnonymous]
internal sealed class ConfirmEmailModel(UserManager<User> users, OwedMails mails) : PageModel
{
    [BindProperty(Name = "user", SupportsGet = true)]
    public Guid UserId { get; set; }

    [BindProperty(Name = "code", SupportsGet = true)]
    public string? Code { get; set; }

    /// <summary>The new address; null: the account's own is proved.</summary>
    [BindProperty(Name = "email", SupportsGet = true)]
    public string? Email { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Done { get; set; }

    public IActionResult OnGet() => Done || !string.IsNullOrEmpty(Code) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var user = await users.FindByIdAsync($"{UserId}");
        var before = user?.Email;
        if (user is not { Disabled: false } || Decoded() is not { } token || !(await ConfirmAsync(user, token)).Succeeded)
        {
            ModelState.AddModelError("", "This link is too old, was used, or the address belongs to another account. Ask for a new one in your account.");
            return Page();
        }

        if (!string.IsNullOrEmpty(Email) && before is not null)
        {
            await mails.OweAsync(OwedMailKind.EmailChanged, user.Id, before, cancellationToken);
        }

        return new SeeOther(Url.Page("./ConfirmEmail", new { done = true })!);
    }

    private Task<IdentityResult> ConfirmAsync(User user, string token) =>
        string.IsNullOrEmpty(Email) ? users.ConfirmEmailAsync(user, token) : users.ChangeEmailAsync(user, Email, token);

    private string? Decoded()
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(Code ?? ""));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
