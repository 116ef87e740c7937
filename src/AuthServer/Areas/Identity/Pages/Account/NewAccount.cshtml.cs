using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Where the link leads that was mailed to somebody who wants an account: it proves the address, here the account is made.</summary>
[AllowAnonymous]
internal sealed class NewAccountModel(
    Registrations registrations, UserManager<User> users, SignIn signIn, IOptions<AuthServerOptions> options, IHostEnvironment environment, TimeProvider time)
    : PageModel
{
    [BindProperty(Name = "link", SupportsGet = true)]
    public string? Link { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty]
    public Newcomer Input { get; set; } = new();

    /// <summary>What the link proves; null: it is no good.</summary>
    public string? Address => registrations.Open(Link);

    /// <summary>Said to nobody but who reads the mail of the address.</summary>
    public bool Taken { get; private set; }

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!RegisterModel.IsOpen(options.Value, environment))
        {
            context.Result = NotFound();
        }
    }

    public async Task<IActionResult> OnGetAsync()
    {
        // The way is in the address from here on, as on every page of sign-in: the form's policy lets it lead to the client that waits.
        if (string.IsNullOrEmpty(ReturnUrl) && TempData.Peek(RegisterModel.Way) is string way)
        {
            return RedirectToPage(new { link = Link, ReturnUrl = way });
        }

        Taken = Address is { } address && await users.FindByEmailAsync(address) is not null;
        Response.StatusCode = Address is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        ModelState.Clear();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (Address is not { } address)
        {
            return await OnGetAsync();
        }

        if (!ModelState.IsValid)
        {
            return Page();
        }

        var user = new User { UserName = address, Email = address, EmailConfirmed = true, Name = Input.Name.Trim(), UpdatedAt = time.GetUtcNow().UtcDateTime };
        var created = await CreateAsync(user);
        if (created is null || created.Errors.Any(error => error.Code is nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName)))
        {
            Taken = true;
            return Page();
        }

        if (!created.Succeeded)
        {
            created.Errors.ToList().ForEach(error => ModelState.AddModelError("", error.Description));
            return Page();
        }

        TempData.Remove(RegisterModel.Way);
        await signIn.SignInAsync(user, isPersistent: false);
        return new SeeOther(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : Url.Content("~/"));
    }

    /// <summary>Null: the same form was sent twice, and the other was faster.</summary>
    private async Task<IdentityResult?> CreateAsync(User user)
    {
        try
        {
            return await users.CreateAsync(user, Input.Password);
        }
        catch (DbUpdateException)
        {
            return null;
        }
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Newcomer
    {
        [Required(ErrorMessage = "Type your name.")]
        [StringLength(200, ErrorMessage = "This name is too long.")]
        public string Name { get; set; } = "";

        [Required(ErrorMessage = "Choose a password.")]
        public string Password { get; set; } = "";

        [Compare(nameof(Password), ErrorMessage = "The two passwords differ.")]
        public string? ConfirmPassword { get; set; }
    }
}
