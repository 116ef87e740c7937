using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>The second step: a code of the authenticator app (RFC 6238).</summary>
[AllowAnonymous]
internal sealed class LoginWith2faModel(SignIn signIn) : PageModel
{
    [BindProperty]
    public SecondFactor Input { get; set; } = new();

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

        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { UserName: { } name })
        {
            return new SeeOther(Url.Page("./Login", new { ReturnUrl })!);
        }

        var code = string.Concat(Input.TwoFactorCode.Where(c => c is not (' ' or '-')));
        var result = await signIn.TwoFactorAuthenticatorSignInAsync(code, RememberMe, Input.RememberMachine);
        if (result.Succeeded)
        {
            return new SeeOther(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : Url.Content("~/"));
        }

        if (result.IsLockedOut)
        {
            return await LockoutModel.ForAsync(signIn, name, Url);
        }

        ModelState.AddModelError("", "This code is not right. Wait for the next one, and check the clock of the device that shows it.");
        return Page();
    }

    /// <summary>What the form asks.</summary>
    internal sealed class SecondFactor
    {
        [Required(ErrorMessage = "Type the code.")]
        [StringLength(20, ErrorMessage = "A code has six digits.")]
        public string TwoFactorCode { get; set; } = "";

        public bool RememberMachine { get; set; }
    }
}
