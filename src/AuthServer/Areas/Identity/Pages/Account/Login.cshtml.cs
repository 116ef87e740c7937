using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Signing in with a password.</summary>
[AllowAnonymous]
internal sealed class LoginModel(SignIn signIn, IOptions<AuthServerOptions> options, IHostEnvironment environment) : PageModel
{
    /// <summary>One answer for an unknown name, a wrong password and an account that may not sign in: nobody learns which accounts exist.</summary>
    private const string Refused = "E-mail or password is wrong. Check both and try again.";

    [BindProperty]
    public Credentials Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? LoginHint { get; set; }

    public bool MayRegister => RegisterModel.IsOpen(options.Value, environment);

    public int PersistentDays => (int)options.Value.Lifetimes.PersistentSession.TotalDays;

    public IActionResult OnGet()
    {
        if (User.Identity?.IsAuthenticated == true && string.IsNullOrEmpty(ReturnUrl))
        {
            return LocalRedirect("~/");
        }

        Input.Email = LoginHint ?? "";
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        var result = await signIn.PasswordSignInAsync(Input.Email, Input.Password, Input.KeepSignedIn, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            return new SeeOther(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : Url.Content("~/"));
        }

        if (result.RequiresTwoFactor)
        {
            return new SeeOther(Url.Page("./LoginWith2fa", new { ReturnUrl, RememberMe = Input.KeepSignedIn })!);
        }

        if (result.IsLockedOut)
        {
            return await LockoutModel.ForAsync(signIn, Input.Email, Url);
        }

        ModelState.AddModelError("", Refused);
        return Page();
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Credentials
    {
        [Required(ErrorMessage = "Type your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Type your password.")]
        public string Password { get; set; } = "";

        public bool KeepSignedIn { get; set; }
    }
}
