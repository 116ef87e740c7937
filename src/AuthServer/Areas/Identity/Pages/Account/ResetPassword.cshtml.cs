using System.ComponentModel.DataAnnotations;
using System.Text;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Setting a new password by a link from a mail. Everything held by the old one falls with it; a pause ends, and the address is proved.</summary>
[AllowAnonymous]
internal sealed class ResetPasswordModel(UserManager<User> users) : PageModel
{
    /// <summary>One answer for a link that is too old, used, or another account's, and for an address that nobody has.</summary>
    private const string Refused = "This link and this address do not belong together, or the link is too old. Ask for a new one.";

    [BindProperty]
    public NewPassword Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public bool Done { get; set; }

    public IActionResult OnGet(string? code)
    {
        Input.Code = code ?? "";
        return Done || Input.Code.Length > 0 ? Page() : RedirectToPage("./ForgotPassword");
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        if (await users.FindByEmailAsync(Input.Email) is not { Disabled: false } user || Decoded(Input.Code) is not { } token)
        {
            ModelState.AddModelError("", Refused);
            return Page();
        }

        var reset = await users.ResetPasswordAsync(user, token, Input.Password);
        if (!reset.Succeeded)
        {
            foreach (var error in reset.Errors)
            {
                ModelState.AddModelError("", error.Code == nameof(IdentityErrorDescriber.InvalidToken) ? Refused : error.Description);
            }

            return Page();
        }

        return new SeeOther(Url.Page("./ResetPassword", new { done = true })!);
    }

    private static string? Decoded(string code)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(code));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>What the form asks.</summary>
    internal sealed class NewPassword
    {
        [Required]
        public string Code { get; set; } = "";

        [Required(ErrorMessage = "Type your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Choose a password.")]
        public string Password { get; set; } = "";

        [Compare(nameof(Password), ErrorMessage = "The two passwords differ.")]
        public string? ConfirmPassword { get; set; }
    }
}
