using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>Where the user is signed in. Ending a session is asked on a page of its own, which shows first what falls.</summary>
[Authorize]
internal sealed class SessionsModel(AuthServerDbContext db, TimeProvider time) : PageModel
{
    private const int Size = 20;

    /// <summary>Counted from 1.</summary>
    [BindProperty(Name = "page-number", SupportsGet = true)]
    public int Number { get; set; } = 1;

    public IReadOnlyList<LoginSession> Sessions { get; private set; } = [];

    public bool HasNext { get; private set; }

    public Guid Here { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var me = HttpContext.Session()!;
        Here = me.Session.Id;
        Number = Math.Clamp(Number, 1, 10_000);
        var found = await db.AliveSessions(time.GetUtcNow().UtcDateTime).AsNoTracking()
            .Where(s => s.UserId == me.User.Id)
            .OrderByDescending(s => s.Id == me.Session.Id).ThenByDescending(s => s.LastSeenAt).ThenBy(s => s.Id)
            .Skip((Number - 1) * Size).Take(Size + 1)
            .ToListAsync(cancellationToken);
        Sessions = [.. found.Take(Size)];
        HasNext = found.Count > Size;
    }
}
