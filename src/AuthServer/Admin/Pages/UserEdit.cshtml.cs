using System.ComponentModel.DataAnnotations;
using AuthServer.Grants;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>A new user, or what is written about one. A new one gets a password from the operator, or a link by mail to choose one.</summary>
[FreshSignIn]
internal sealed class UserEditModel(AuthServerDbContext db, UserEditing editing, PasswordLinks links) : PageModel
{
    /// <summary>Null: a new one.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Id { get; set; }

    [BindProperty]
    public UserForm Input { get; set; } = new();

    /// <summary>Of a new user; empty: a link is mailed. Secret.</summary>
    [BindProperty]
    [StringLength(200, ErrorMessage = "This password is too long.")]
    public string? Password { get; set; }

    /// <summary>What the page of the user says once.</summary>
    [TempData]
    public string? Said { get; set; }

    public string Heading => Id is null ? "New user" : "Edit user";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Id is not { } id)
        {
            return Page();
        }

        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken) is not { } user)
        {
            return NotFound();
        }

        var roles = await RolesAsync(id, cancellationToken);
        Input = new UserForm { Email = user.Email ?? "", Name = user.Name, Roles = string.Join(", ", roles), Stamp = user.ConcurrencyStamp };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Id == HttpContext.Session()!.User.Id && !Input.RoleNames.Contains(ApiAccess.Operator, StringComparer.OrdinalIgnoreCase))
        {
            ModelState.AddModelError("Input.Roles", "You cannot take this role from yourself. Another operator can.");
        }

        if (!ModelState.IsValid)
        {
            return Page();
        }

        var (id, problems) = Id is { } existing
            ? (existing, await editing.ChangeAsync(existing, Input, HttpContext.ByOperator(reason: null), cancellationToken))
            : await editing.CreateAsync(Input, string.IsNullOrEmpty(Password) ? null : Password, HttpContext.ByOperator(reason: null), cancellationToken);
        foreach (var problem in problems)
        {
            ModelState.AddModelError("", problem);
        }

        if (problems.Count > 0)
        {
            return Page();
        }

        Said = Id is not null ? "Saved." : string.IsNullOrEmpty(Password) ? await MailAsync(id, cancellationToken) : "The user can sign in with the password you chose.";
        return new SeeOther($"/admin/users/{id}");
    }

    private Task<List<string>> RolesAsync(Guid id, CancellationToken cancellationToken) => (
        from held in db.UserRoles
        where held.UserId == id
        join role in db.Roles on held.RoleId equals role.Id
        orderby role.Name
        select role.Name!).ToListAsync(cancellationToken);

    private async Task<string> MailAsync(Guid id, CancellationToken cancellationToken) => await links.OweAsync(id, cancellationToken) is { } problem
        ? $"The user was made, but no link was mailed: {problem} Give them a password below."
        : "The user was made. A mail with a link to choose a password is on its way.";
}
