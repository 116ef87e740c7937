using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>New recovery codes in place of the old ones.</summary>
[Authorize]
[FreshSignIn]
internal sealed class GenerateRecoveryCodesModel(UserManager<User> users) : PageModel
{
    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync() => await users.GetUserAsync(User) is { TwoFactorEnabled: true } user
        ? await RecoveryCodes.ShowAsync(this, users, user)
        : RedirectToPage("./TwoFactorAuthentication");
}
