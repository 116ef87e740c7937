using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using AuthServer.Account;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
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

    [BindProperty(SupportsGet = true)]
    public bool RememberMe { get; set; }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { } user)
        {
            return new SeeOther(Url.Page("./Login", new { ReturnUrl })!);
        }

        var code = string.Concat(Input.RecoveryCode.Where(c => !char.IsWhiteSpace(c)));
        if (!(await signIn.UserManager.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded
            || !(await signIn.UserManager.ResetAccessFailedCountAsync(user)).Succeeded)
        {
            ModelState.AddModelError("", "This recovery code is not right, or was used before.");
            return Page();
        }

        // The rest of SignInManager.TwoFactorRecoveryCodeSignInAsync, whose sessions never last beyond the browser.
        await HttpContext.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        await signIn.SignInWithClaimsAsync(user, RememberMe, [new Claim("amr", "mfa")]);
        return new SeeOther(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : Url.Content("~/"));
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Recovery
    {
        [Required(ErrorMessage = "Type a recovery code.")]
        [StringLength(40, ErrorMessage = "A recovery code is shorter.")]
        public string RecoveryCode { get; set; } = "";
    }
}
