using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>Users, found by how their e-mail address or name begins.</summary>
internal sealed class UsersModel(AuthServerDbContext db, TimeProvider time) : PageModel
{
    [BindProperty(Name = "q", SupportsGet = true)]
    public string? Query { get; set; }

    /// <summary><c>disabled</c>: only who is.</summary>
    [BindProperty(Name = "state", SupportsGet = true)]
    public string? State { get; set; }

    [BindProperty(Name = Pager.Parameter, SupportsGet = true)]
    public int Number { get; set; } = 1;

    public IReadOnlyList<(User User, int Sessions)> Rows { get; private set; } = [];

    public Pager Pager { get; private set; } = Pager.Of(1);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Pager = Pager.Of(Number);
        var users = db.Users.AsNoTracking();
        if (Query?.Trim().ToUpperInvariant() is { Length: > 0 } begins)
        {
            // A range, so that the index finds it; U+FFFF comes after every character.
            var end = begins + '\uffff';
            users = users.Where(u =>
                (string.Compare(u.NormalizedEmail, begins) >= 0 && string.Compare(u.NormalizedEmail, end) < 0)
                || (string.Compare(u.NormalizedName, begins) >= 0 && string.Compare(u.NormalizedName, end) < 0));
        }

        users = State == "disabled" ? users.Where(u => u.Disabled) : users;
        var found = await users.OrderBy(u => u.NormalizedEmail).ThenBy(u => u.Id).Skip(Pager.Skip).Take(Pager.Size + 1).ToListAsync(cancellationToken);
        Guid[] ids = [.. found.Select(user => user.Id)];
        var sessions = await db.AliveSessions(time.GetUtcNow().UtcDateTime).Where(s => ids.Contains(s.UserId))
            .GroupBy(s => s.UserId).Select(own => new { own.Key, Count = own.Count() }).ToDictionaryAsync(own => own.Key, own => own.Count, cancellationToken);
        Rows = [.. found.Take(Pager.Size).Select(user => (user, sessions.GetValueOrDefault(user.Id)))];
        Pager = Pager with { HasNext = found.Count > Pager.Size };
    }
}
