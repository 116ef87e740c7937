using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>A new key for the authenticator app. Identity UI's page takes two steps to it, of which one may fail; this is one.</summary>
[Authorize]
[FreshSignIn]
internal sealed class ResetAuthenticatorModel(UserManager<User> users) : PageModel
{
    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { } user)
        {
            return NotFound();
        }

        var reset = await users.ResetAuthenticatorKeyAsync(user);
        if (!reset.Succeeded)
        {
            ModelState.AddModelError("", "Your account was changed at the same moment. Nothing was done; try again.");
            return Page();
        }

        return new SeeOther(Url.Page("./EnableAuthenticator")!);
    }
}
