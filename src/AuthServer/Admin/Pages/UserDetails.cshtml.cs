using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>One user: what hangs on what, as far as it is alive, each with its way to withdraw it.</summary>
[FreshSignIn(ForPostsOnly = true)]
internal sealed class UserDetailsModel(AuthServerDbContext db, RevocationCascade cascade, PasswordLinks links, TimeProvider time) : PageModel
{
    private const int MaxSessions = 30;
    private const int MaxFamilies = 200;
    private const int MaxGrants = 50;
    private const int MaxLines = 10;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>What the form before this said.</summary>
    [TempData]
    public string? Said { get; set; }

    /// <summary>The row, not <see cref="PageModel.User"/>, who looks at it.</summary>
    public User Person { get; private set; } = null!;

    public IReadOnlyList<string> Roles { get; private set; } = [];

    public IReadOnlyList<LoginSession> Sessions { get; private set; } = [];

    public bool MoreSessions { get; private set; }

    public ILookup<Guid?, (TokenFamily Family, string Client)> Families { get; private set; } = null!;

    public IReadOnlyList<(Grant Grant, string Client)> Grants { get; private set; } = [];

    public IReadOnlyList<RevocationEntry> Lines { get; private set; } = [];

    public DateTime Now => time.GetUtcNow().UtcDateTime;

    public bool IsLocked => Person.LockoutEnd > time.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == Id, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        Person = person;
        Roles = await db.UserRoles.Where(ur => ur.UserId == Id).Join(db.Roles, ur => ur.RoleId, r => r.Id, (_, r) => r.Name!).OrderBy(name => name).ToListAsync(cancellationToken);
        var sessions = await db.AliveSessions(Now).AsNoTracking().Where(s => s.UserId == Id)
            .OrderByDescending(s => s.LastSeenAt).ThenBy(s => s.Id).Take(MaxSessions + 1).ToListAsync(cancellationToken);
        (Sessions, MoreSessions) = ([.. sessions.Take(MaxSessions)], sessions.Count > MaxSessions);
        var families = await (
            from f in db.AliveFamilies(Now).AsNoTracking()
            where f.UserId == Id
            join c in db.Clients on f.ClientId equals c.Id
            orderby c.ClientId, f.Id
            select new { Family = f, Client = c.ClientName ?? c.ClientId }).Take(MaxFamilies).ToListAsync(cancellationToken);

        // A family that outlived its session hangs on nothing here but the user.
        var shown = Sessions.Select(s => s.Id).ToHashSet();
        Families = families.ToLookup(row => row.Family.SessionId is { } sid && shown.Contains(sid) ? (Guid?)sid : null, row => (row.Family, row.Client));
        Grants = [.. (await (
            from g in db.Grants.AsNoTracking()
            where g.UserId == Id && g.Status == Status.Valid
            join c in db.Clients on g.ClientId equals c.Id
            orderby c.ClientId
            select new { Grant = g, Client = c.ClientName ?? c.ClientId }).Take(MaxGrants).ToListAsync(cancellationToken)).Select(row => (row.Grant, row.Client))];
        Lines = await new LedgerFilter { User = Id }.Of(db).Where(r => r.Completes == null).Take(MaxLines).ToListAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostEnableAsync(CancellationToken cancellationToken)
    {
        Said = await cascade.EnableAsync(new RevocationTarget.User(Id), HttpContext.ByOperator(reason: null), cancellationToken)
            ? "Enabled. What the user held before stays dead; they sign in anew."
            : "The user was enabled already.";
        return new SeeOther($"/admin/users/{Id}");
    }

    public async Task<IActionResult> OnPostMailAsync(CancellationToken cancellationToken)
    {
        Said = await links.OweAsync(Id, cancellationToken) is { } problem
            ? $"The link was not mailed: {problem}"
            : "A mail with a link to choose a password is on its way. Nothing is withdrawn until it is used.";
        return new SeeOther($"/admin/users/{Id}");
    }
}
