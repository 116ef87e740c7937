using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>Signing in with the password alone again.</summary>
[Authorize]
[FreshSignIn]
internal sealed class Disable2faModel(UserManager<User> users) : PageModel
{
    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { TwoFactorEnabled: true } user)
        {
            return RedirectToPage("./TwoFactorAuthentication");
        }

        if (!(await users.SetTwoFactorEnabledAsync(user, enabled: false)).Succeeded)
        {
            ModelState.AddModelError("", "Your account was changed at the same moment. Nothing was done; try again.");
            return Page();
        }

        return new SeeOther(Url.Page("./TwoFactorAuthentication", new { done = "two-step-off" })!);
    }
}
