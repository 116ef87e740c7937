using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>New recovery codes, shown in the answer to the form that made them and never again: the database keeps them for comparing alone.</summary>
internal static class RecoveryCodes
{
    private const int Number = 10;

    public static async Task<IActionResult> ShowAsync(PageModel page, UserManager<User> users, User user)
    {
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(user, Number);
        return new ViewResult
        {
            ViewName = "/Areas/Identity/Pages/Account/Manage/_RecoveryCodes.cshtml",
            ViewData = new ViewDataDictionary<IReadOnlyList<string>>(page.MetadataProvider, page.ModelState) { Model = [.. codes ?? []] },
        };
    }
}
