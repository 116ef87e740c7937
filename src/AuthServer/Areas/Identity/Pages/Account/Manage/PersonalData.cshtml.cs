using AuthServer.Account;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>What is kept about the user, as a file; and the way to the end of the account.</summary>
[Authorize]
[FreshSignIn(ForPostsOnly = true)]
internal sealed class PersonalDataModel(PersonalData data) : PageModel
{
    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        File(await data.ReadAsync(HttpContext.Session()!.User, cancellationToken), "application/json", "personal-data.json");
}
