using System.ComponentModel.DataAnnotations;
using AuthServer.Account;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Making an account of one's own, where the operator lets people.</summary>
[AllowAnonymous]
internal sealed class RegisterModel(
    UserManager<User> users, SignInManager<User> signIn, OwedMails mails, IOptions<AuthServerOptions> options, IOptions<IdentityOptions> identity,
    IHostEnvironment environment, TimeProvider clock) : PageModel
{
    [BindProperty]
    public NewAccount Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public int PasswordLength => identity.Value.Password.RequiredLength;

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!(options.Value.Registration ?? environment.IsDevelopment()))
        {
            context.Result = NotFound();
        }
    }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        var user = new User { UserName = Input.Email, Email = Input.Email, Name = Input.Name, UpdatedAt = clock.GetUtcNow().UtcDateTime };
        var created = await users.CreateAsync(user, Input.Password);
        if (!created.Succeeded)
        {
            // The user name is the e-mail address: one problem is enough.
            foreach (var error in created.Errors.Where(e => e.Code != nameof(IdentityErrorDescriber.DuplicateUserName)))
            {
                ModelState.AddModelError("", error.Description);
            }

            return Page();
        }

        await mails.OweAsync(OwedMailKind.ConfirmEmail, user.Id, Input.Email, HttpContext.RequestAborted);
        await signIn.SignInAsync(user, isPersistent: false);
        return new SeeOther(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : Url.Content("~/"));
    }

    /// <summary>What the form asks.</summary>
    internal sealed class NewAccount
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
        public string Confirmation { get; set; } = "";
    }
}
