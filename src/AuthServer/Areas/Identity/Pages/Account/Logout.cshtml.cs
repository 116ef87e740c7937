using AuthServer.Grants.Entities;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Signing out here: asks, does it, says what it did.</summary>
[AllowAnonymous]
internal sealed class LogoutModel(SignInManager<User> signIn, FrontChannelLogout frontChannel) : PageModel
{
    public bool SignedIn => User.Identity?.IsAuthenticated == true;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var page = HttpContext.Session() is { } current
            ? await frontChannel.PageAsync(current.Session.Id, returnUri: null, cancellationToken)
            : null;
        await signIn.SignOutAsync();
        return new SeeOther(page ?? Url.Page("./Logout")!);
    }
}
