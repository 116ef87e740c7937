using AuthServer.Account;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>How it stands with the second factor, and the ways on.</summary>
[Authorize]
internal sealed class TwoFactorAuthenticationModel(UserManager<User> users, SignIn signIn) : PageModel
{
    public bool Enabled { get; private set; }

    public int CodesLeft { get; private set; }

    /// <summary>This browser is not asked for a code.</summary>
    public bool Remembered { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        if (await users.GetUserAsync(User) is not { } user)
        {
            return NotFound();
        }

        Enabled = user.TwoFactorEnabled;
        CodesLeft = await users.CountRecoveryCodesAsync(user);
        Remembered = await signIn.IsTwoFactorClientRememberedAsync(user);
        return Page();
    }

    public async Task<IActionResult> OnPostForgetAsync()
    {
        await signIn.ForgetTwoFactorClientAsync();
        return new SeeOther(Url.Page("./TwoFactorAuthentication", pageHandler: null, new { done = "saved" })!);
    }
}
