using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Which of what is alive is asked for; null: whichever.</summary>
/// <param name="View"><c>sessions</c>, <c>grants</c> or <c>families</c>.</param>
/// <param name="User">Whose.</param>
/// <param name="Client">Held by this client.</param>
/// <param name="Scope">That reaches this scope.</param>
/// <param name="OlderThan">Begun before this.</param>
/// <param name="IdleSince">Not used since this.</param>
/// <param name="Sort"><c>used</c>, the last used first; <c>idle</c>, the other way round; <c>oldest</c>; else the newest first.</param>
internal sealed record AccessFilter(string View, Guid? User, Guid? Client, string? Scope, DateTime? OlderThan, DateTime? IdleSince, string? Sort)
{
    public const string Sessions = "sessions";
    public const string Grants = "grants";
    public const string Families = "families";

    /// <summary>
    /// Whether it can be in the order of use. Every refresh is a use: an index on that would have to be maintained by each. Sessions note theirs once a
    /// minute, and have one; what a single user holds is few.
    /// </summary>
    public bool SortsByUse => Sort is "used" or "idle" && (User is not null || (View == Sessions && Client is null && OlderThan is null && string.IsNullOrEmpty(Scope)));

    /// <summary>A page of them.</summary>
    /// <param name="db">Where they are.</param>
    /// <param name="now">They are alive then.</param>
    /// <param name="cursor">The last of the page before; null: from the first on.</param>
    /// <param name="size">How many at most.</param>
    /// <param name="stretches">How far to look before less than a page is answered; see <see cref="AccessWalk.Stretch"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<AccessPage> PageAsync(
        AuthServerDbContext db, DateTime now, Cursor? cursor, int size, int stretches, CancellationToken cancellationToken)
    {
        var rows = View switch
        {
            Grants => OfGrants(db, now),
            Families => OfFamilies(db, now),
            _ => OfSessions(db, now),
        };
        var (older, idle) = (OlderThan, IdleSince);
        var end = FirstIdAfter(older ?? now);
        rows = older is { } age ? rows.Where(row => row.Since < age && row.Id < end) : rows;
        rows = idle is null ? rows : rows.Where(row => row.LastUsed < idle);
        AccessWalk.Narrowing narrow = View == Sessions && (Client is not null || !string.IsNullOrEmpty(Scope))
            ? (range, low, high, token) => OfHeldAsync(db, now, range, low, high, token)
            : (range, _, _, _) => Task.FromResult(range);
        return SortsByUse
            ? await ByUseAsync(await narrow(rows, null, null, cancellationToken), cursor, size, cancellationToken)
            : await new AccessWalk(Keys(db), rows, narrow, Sort == "oldest").PageAsync(cursor?.Id, size, stretches, cancellationToken);
    }

    /// <summary>
    /// Of these sessions, those that hold something that fits. Whose client it is is asked of what a stretch holds, not of the database: it would rather
    /// read everything that the client has.
    /// </summary>
    private async Task<IQueryable<AccessRow>> OfHeldAsync(
        AuthServerDbContext db, DateTime now, IQueryable<AccessRow> sessions, Guid? low, Guid? high, CancellationToken cancellationToken)
    {
        var held = OfScope(db.AliveFamilies(now)).Where(f => f.SessionId != null);
        held = User is { } user ? held.Where(f => f.UserId == user) : held;
        held = low is { } lowest ? held.Where(f => f.SessionId >= lowest) : held;
        held = high is { } highest ? held.Where(f => f.SessionId <= highest) : held;
        var found = await held.Select(f => new { SessionId = f.SessionId!.Value, f.ClientId }).Distinct().ToListAsync(cancellationToken);
        var ids = found.Where(f => Client is null || f.ClientId == Client).Select(f => f.SessionId).ToList();
        return sessions.Where(session => ids.Contains(session.Id));
    }

    /// <summary>The first id of the millisecond after <paramref name="instant"/>.</summary>
    private static Guid FirstIdAfter(DateTime instant)
    {
        var bytes = Guid.CreateVersion7(new DateTimeOffset(instant.AddMilliseconds(1))).ToByteArray(bigEndian: true);
        bytes.AsSpan(6).Clear();
        return new Guid(bytes, bigEndian: true);
    }

    private async Task<AccessPage> ByUseAsync(IQueryable<AccessRow> rows, Cursor? cursor, int size, CancellationToken cancellationToken)
    {
        var longestIdleFirst = Sort == "idle";
        if (cursor is var (at, id))
        {
            rows = longestIdleFirst
                ? rows.Where(row => row.LastUsed >= at && (row.LastUsed > at || row.Id > id))
                : rows.Where(row => row.LastUsed <= at && (row.LastUsed < at || row.Id < id));
        }

        var found = await (longestIdleFirst
            ? rows.OrderBy(row => row.LastUsed).ThenBy(row => row.Id)
            : rows.OrderByDescending(row => row.LastUsed).ThenByDescending(row => row.Id)).Take(size + 1).ToListAsync(cancellationToken);
        return found.Count > size
            ? new AccessPage(found[..size], new Cursor(found[size - 1].LastUsed, found[size - 1].Id), WasCutShort: false)
            : new AccessPage(found, Next: null, WasCutShort: false);
    }

    /// <summary>The ids among which to look, by the narrowest index there is: they are in the order of time (RFC 9562 §5.7).</summary>
    private IQueryable<Guid> Keys(AuthServerDbContext db)
    {
        var keys = (View, User, Client) switch
        {
            (Grants, { } user, _) => db.Grants.Where(g => g.UserId == user && g.Status == Status.Valid).Select(g => g.Id),
            (Families, { } user, _) => db.TokenFamilies.Where(f => f.UserId == user && f.Status == Status.Valid).Select(f => f.Id),
            (Grants, null, { } client) => db.Grants.Where(g => g.ClientId == client && g.Status == Status.Valid).Select(g => g.Id),
            (Families, null, { } client) => db.TokenFamilies.Where(f => f.ClientId == client && f.Status == Status.Valid).Select(f => f.Id),
            (Grants, _, _) => db.Grants.Select(g => g.Id),
            (Families, _, _) => db.TokenFamilies.Select(f => f.Id),
            (_, { } user, _) => db.LoginSessions.Where(s => s.UserId == user && s.Status == Status.Valid).Select(s => s.Id),
            _ => db.LoginSessions.Select(s => s.Id),
        };
        if (OlderThan is not { } older)
        {
            return keys;
        }

        var end = FirstIdAfter(older);
        return keys.Where(id => id < end);
    }

    private IQueryable<AccessRow> OfSessions(AuthServerDbContext db, DateTime now)
    {
        var sessions = db.AliveSessions(now);
        sessions = User is { } user ? sessions.Where(s => s.UserId == user) : sessions;
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
        var families = OfScope(db.AliveFamilies(now));
        families = Client is { } client ? families.Where(f => f.ClientId == client) : families;
        families = User is { } user ? families.Where(f => f.UserId == user) : families;
        return families.Select(f => new AccessRow
        {
            Id = f.Id, UserId = f.UserId, ClientId = f.ClientId, Scope = f.Scope, SessionId = f.SessionId, Offline = f.Offline, Since = f.CreatedAt,
            LastUsed = f.RotatedAt > f.CreatedAt ? f.RotatedAt : f.CreatedAt,
        });
    }

    private IQueryable<TokenFamily> OfScope(IQueryable<TokenFamily> families) =>
        Scope is { Length: > 0 } scope ? families.Where(f => (" " + f.Scope + " ").Contains(" " + scope + " ")) : families;
}
