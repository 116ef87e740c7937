using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>What the user says of themself.</summary>
[Authorize]
internal sealed class IndexModel(UserManager<User> users, TimeProvider time) : PageModel
{
    [BindProperty]
    public Profile Input { get; set; } = new();

    public async Task<IActionResult> OnGetAsync()
    {
        if (await users.GetUserAsync(User) is not { } user)
        {
            return NotFound();
        }

        Input = Profile.Of(user);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        if (await users.GetUserAsync(User) is not { } user)
        {
            return NotFound();
        }

        Input.WriteTo(user);
        user.UpdatedAt = time.GetUtcNow().UtcDateTime;
        var saved = await users.UpdateAsync(user);
        if (!saved.Succeeded)
        {
            ModelState.AddModelError("", "Your account was changed at the same moment. Nothing was done; try again.");
            return Page();
        }

        return new SeeOther(Url.Page("./Index", new { done = "saved" })!);
    }
}
