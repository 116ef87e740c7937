using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>The second step without the app: a recovery code, which is used up.</summary>
[AllowAnonymous]
internal sealed class LoginWithRecoveryCodeModel(SignIn signIn) : PageModel
{
    [BindProperty]
    public Recovery Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { UserName: { } name })
        {
            return new SeeOther(Url.Page("./Login", new { ReturnUrl })!);
        }

        var result = await signIn.TwoFactorRecoveryCodeSignInAsync(string.Concat(Input.RecoveryCode.Where(c => !char.IsWhiteSpace(c))));
        if (result.Succeeded)
        {
            return new SeeOther(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : Url.Content("~/"));
        }

        if (result.IsLockedOut)
        {
            return await LockoutModel.ForAsync(signIn, name, Url);
        }

        ModelState.AddModelError("", "This recovery code is not right, or was used before.");
        return Page();
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Recovery
    {
        [Required(ErrorMessage = "Type a recovery code.")]
        [StringLength(40, ErrorMessage = "A recovery code is shorter.")]
        public string RecoveryCode { get; set; } = "";
    }
}
