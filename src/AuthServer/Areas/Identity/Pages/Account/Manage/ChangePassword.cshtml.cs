using System.ComponentModel.DataAnnotations;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>Another password. What was signed in elsewhere falls with the old one.</summary>
[Authorize]
[FreshSignIn]
internal sealed class ChangePasswordModel(UserManager<User> users, IOptions<IdentityOptions> identity) : PageModel
{
    [BindProperty]
    public Passwords Input { get; set; } = new();

    public int PasswordLength => identity.Value.Password.RequiredLength;

    public IActionResult OnGet() => Page();

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

        var changed = await users.ChangePasswordAsync(user, Input.OldPassword, Input.NewPassword);
        foreach (var error in changed.Errors)
        {
            ModelState.AddModelError(error.Code == nameof(IdentityErrorDescriber.PasswordMismatch) ? "Input.OldPassword" : "", error.Description);
        }

        return changed.Succeeded ? new SeeOther(Url.Page("./ChangePassword", new { done = "password" })!) : Page();
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Passwords
    {
        [Required(ErrorMessage = "Type your current password.")]
        public string OldPassword { get; set; } = "";

        [Required(ErrorMessage = "Choose a password.")]
        public string NewPassword { get; set; } = "";

        [Compare(nameof(NewPassword), ErrorMessage = "The two passwords differ.")]
        public string? ConfirmPassword { get; set; }
    }
}
