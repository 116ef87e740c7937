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
    private const int Size = 50;

    private const string NameWord = "name";

    [BindProperty(Name = "q", SupportsGet = true)]
    public string? Query { get; set; }

    /// <summary><c>disabled</c>: only who is.</summary>
    [BindProperty(Name = "state", SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>The last user of the page before.</summary>
    [BindProperty(Name = "after", SupportsGet = true)]
    public Guid? After { get; set; }

    /// <summary><c>name</c>: that one was found by the name.</summary>
    [BindProperty(Name = "by", SupportsGet = true)]
    public string? By { get; set; }

    public IReadOnlyList<(User User, int Sessions)> Rows { get; private set; } = [];

    /// <summary>The address of the next page; null: this is the last.</summary>
    public string? Next { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var filter = new UserFilter(Query?.Trim().ToUpperInvariant() ?? "", State == "disabled");
        var (found, next) = await filter.PageAsync(db, After, By == NameWord, Size, cancellationToken);
        Guid[] ids = [.. found.Select(user => user.Id)];
        var sessions = await db.AliveSessions(time.GetUtcNow().UtcDateTime).Where(s => ids.Contains(s.UserId))
            .GroupBy(s => s.UserId).Select(own => new { own.Key, Count = own.Count() }).ToDictionaryAsync(own => own.Key, own => own.Count, cancellationToken);
        Rows = [.. found.Select(user => (user, sessions.GetValueOrDefault(user.Id)))];
        Next = next is var (after, byName) ? Request.With(("after", $"{after}"), ("by", byName ? NameWord : null)) : null;
    }
}
