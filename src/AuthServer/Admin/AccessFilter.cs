using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Admin;

/// <summary>Which of what is alive is asked for; null: whichever.</summary>
/// <param name="View"><c>sessions</c>, <c>grants</c> or <c>families</c>.</param>
/// <param name="User">Whose.</param>
/// <param name="Client">Held by this client.</param>
/// <param name="Scope">That reaches this scope.</param>
/// <param name="OlderThan">Begun before this.</param>
/// <param name="IdleSince">Not used since this.</param>
/// <param name="Sort"><c>used</c>, the last used first; <c>idle</c>, the other way round; else the newest first.</param>
internal sealed record AccessFilter(string View, Guid? User, Guid? Client, string? Scope, DateTime? OlderThan, DateTime? IdleSince, string? Sort)
{
    public const string Sessions = "sessions";
    public const string Grants = "grants";
    public const string Families = "families";

    public IQueryable<AccessRow> Of(AuthServerDbContext db, DateTime now)
    {
        var rows = View switch
        {
            Grants => OfGrants(db, now),
            Families => OfFamilies(db, now),
            _ => OfSessions(db, now),
        };
        var (older, idle) = (OlderThan, IdleSince);
        rows = older is null ? rows : rows.Where(row => row.Since < older);
        rows = idle is null ? rows : rows.Where(row => row.LastUsed < idle);
        return Sort switch
        {
            "used" => rows.OrderByDescending(row => row.LastUsed).ThenBy(row => row.Id),
            "idle" => rows.OrderBy(row => row.LastUsed).ThenBy(row => row.Id),
            "oldest" => rows.OrderBy(row => row.Since).ThenBy(row => row.Id),
            _ => rows.OrderByDescending(row => row.Since).ThenBy(row => row.Id),
        };
    }

    private IQueryable<AccessRow> OfSessions(AuthServerDbContext db, DateTime now)
    {
        var sessions = db.AliveSessions(now);
        sessions = User is { } user ? sessions.Where(s => s.UserId == user) : sessions;
        if (Client is not null || !string.IsNullOrEmpty(Scope))
        {
            var families = Held(db, now);
            sessions = sessions.Where(s => families.Any(f => f.SessionId == s.Id));
        }

        return sessions.Select(s => new AccessRow
        {
            Id = s.Id, UserId = s.UserId, UserAgent = s.UserAgent, Address = s.Address, Since = s.CreatedAt, LastUsed = s.LastSeenAt,
        });
    }

    private IQueryable<AccessRow> OfGrants(AuthServerDbContext db, DateTime now)
    {
        var grants = db.Grants.Where(g => g.Status == Status.Valid
            && db.Users.Any(u => u.Id == g.UserId && !u.Disabled) && db.Clients.Any(c => c.Id == g.ClientId && !c.Disabled));
        grants = User is { } user ? grants.Where(g => g.UserId == user) : grants;
        grants = Client is { } client ? grants.Where(g => g.ClientId == client) : grants;
        grants = Scope is { Length: > 0 } scope ? grants.Where(g => (" " + g.Scope + " ").Contains(" " + scope + " ")) : grants;
        return grants.Select(g => new AccessRow
        {
            Id = g.Id, UserId = g.UserId, ClientId = g.ClientId, Scope = g.Scope, Since = g.FirstGivenAt,
            LastUsed = db.TokenFamilies.Where(f => f.GrantId == g.Id).Max(f => (DateTime?)(f.RotatedAt > f.CreatedAt ? f.RotatedAt : f.CreatedAt)) ?? g.LastGivenAt,
        });
    }

    private IQueryable<AccessRow> OfFamilies(AuthServerDbContext db, DateTime now)
    {
        var families = Held(db, now);
        families = User is { } user ? families.Where(f => f.UserId == user) : families;
        return families.Select(f => new AccessRow
        {
            Id = f.Id, UserId = f.UserId, ClientId = f.ClientId, Scope = f.Scope, SessionId = f.SessionId, Offline = f.Offline, Since = f.CreatedAt,
            LastUsed = f.RotatedAt > f.CreatedAt ? f.RotatedAt : f.CreatedAt,
        });
    }

    private IQueryable<TokenFamily> Held(AuthServerDbContext db, DateTime now)
    {
        var families = db.AliveFamilies(now);
        families = Client is { } client ? families.Where(f => f.ClientId == client) : families;
        return Scope is { Length: > 0 } scope ? families.Where(f => (" " + f.Scope + " ").Contains(" " + scope + " ")) : families;
    }
}
