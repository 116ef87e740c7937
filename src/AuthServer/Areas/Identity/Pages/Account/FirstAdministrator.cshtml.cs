using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Where the link that the log printed leads: whoever comes first says who they are, and is the administrator.</summary>
[AllowAnonymous]
internal sealed class FirstAdministratorModel(FirstAdministrator first, UserManager<User> users, SignIn signIn, TimeProvider time) : PageModel
{
    [BindProperty(Name = "key", SupportsGet = true)]
    public string? Key { get; set; }

    [BindProperty]
    public Administrator Input { get; set; } = new();

    public bool IsOpen { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        IsOpen = await first.IsOpenAsync(Key, cancellationToken);
        if (!IsOpen)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
        }

        ModelState.Clear();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        IsOpen = await first.IsOpenAsync(Key, cancellationToken);
        if (IsOpen && ModelState.IsValid && await UserAsync() is { } user)
        {
            if (await first.BecomeAsync(Key, user, cancellationToken))
            {
                await signIn.SignInAsync(user, isPersistent: false);
                return new SeeOther(Url.Content("~/"));
            }

            IsOpen = false;
        }

        return IsOpen ? Page() : await OnGetAsync(cancellationToken);
    }

    /// <summary>Null where Identity finds something wrong; hashing comes last, and is not done inside the write.</summary>
    private async Task<User?> UserAsync()
    {
        var now = time.GetUtcNow();
        var user = new User
        {
            Id = Guid.CreateVersion7(now), UserName = Input.Email, Email = Input.Email, Name = Input.Name, UpdatedAt = now.UtcDateTime, LockoutEnabled = true,
            NormalizedUserName = users.NormalizeName(Input.Email), NormalizedEmail = users.NormalizeEmail(Input.Email), SecurityStamp = users.GenerateNewAuthenticatorKey(),
        };
        List<IdentityError> errors = [];
        foreach (var validator in users.UserValidators)
        {
            errors.AddRange((await validator.ValidateAsync(users, user)).Errors.Where(e => e.Code != nameof(IdentityErrorDescriber.DuplicateUserName)));
        }

        foreach (var validator in users.PasswordValidators)
        {
            errors.AddRange((await validator.ValidateAsync(users, user, Input.Password)).Errors);
        }

        errors.ForEach(error => ModelState.AddModelError("", error.Description));
        user.PasswordHash = errors.Count == 0 ? users.PasswordHasher.HashPassword(user, Input.Password) : null;
        return errors.Count == 0 ? user : null;
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Administrator
    {
        [Required(ErrorMessage = "Type your name.")]
        [StringLength(200, ErrorMessage = "This name is too long.")]
        public string Name { get; set; } = "";

        [Required(ErrorMessage = "Type your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        [StringLength(256, ErrorMessage = "This address is too long.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Choose a password.")]
        public string Password { get; set; } = "";

        [Compare(nameof(Password), ErrorMessage = "The two passwords differ.")]
        public string? ConfirmPassword { get; set; }
    }
}
