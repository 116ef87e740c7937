using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <summary>
/// How far a withdrawal reaches: what falls with the target, and who must be told. Preview, cascade, sweep and ledger all read it here, so
/// that their numbers agree. Nothing is loaded but counts and the clients to tell.
/// </summary>
/// <param name="Sessions">Sessions below the target; null where none can be.</param>
/// <param name="Grants">Grants below the target; null where none can be.</param>
/// <param name="Families">Families below the target, whatever their status.</param>
/// <param name="Told">The families whose clients are told; null: nobody is.</param>
internal sealed record RevocationReach(
    IQueryable<LoginSession>? Sessions, IQueryable<Grant>? Grants, IQueryable<TokenFamily>? Families, IQueryable<TokenFamily>? Told)
{
    /// <summary>Nothing below, and nobody to tell.</summary>
    public static readonly RevocationReach Nothing = new(null, null, null, null);

    /// <summary>The reach of <paramref name="target"/>.</summary>
    /// <param name="db">Where the rows are.</param>
    /// <param name="target">What is withdrawn.</param>
    /// <param name="epoch">Of the user or client before it is stepped; what has a later one is not reached.</param>
    public static RevocationReach Of(AuthServerDbContext db, RevocationTarget target, int? epoch) => target switch
    {
        RevocationTarget.Family family => new(null, null, db.TokenFamilies.Where(f => f.Id == family.Id), null),
        RevocationTarget.Session session => OfSession(db, session.Id, db.TokenFamilies.Where(f => f.SessionId == session.Id && !f.SurvivesLogout)),
        RevocationTarget.OverdueSession session => OfSession(db, session.Id, db.TokenFamilies.Where(f => f.SessionId == session.Id && !f.Offline)),
        RevocationTarget.Grant grant => OfGrant(db, grant.Id),
        RevocationTarget.UserSessions user => OfUser(db, user.Id, epoch, user.KeptSessionId, grants: null),
        RevocationTarget.User user => OfUser(db, user.Id, epoch, kept: null, grants: null),
        RevocationTarget.DeletedUser user => OfUser(db, user.Id, epoch, kept: null, db.Grants.Where(g => g.UserId == user.Id)),
        RevocationTarget.ClientTokens or RevocationTarget.Client => OfClient(db, target.Id, epoch, grants: null),
        RevocationTarget.Installation => new(db.LoginSessions, null, db.TokenFamilies, null),
        RevocationTarget.DeletedClient => OfClient(db, target.Id, epoch, db.Grants.Where(g => g.ClientId == target.Id)),
        _ => Nothing,
    };

    /// <summary>What is still alive at <paramref name="now"/>, by its own word, of what is reached.</summary>
    public RevocationReach Left(DateTime now) => new(
        Sessions?.Where(s => s.Status == Status.Valid && s.ExpiresAt > now && s.IdleExpiresAt > now),
        Grants?.Where(g => g.Status == Status.Valid),
        Families?.Where(f => f.Status == Status.Valid && f.ExpiresAt > now && f.IdleExpiresAt > now),
        Told);

    public async Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        (Sessions is not null && await Sessions.AnyAsync(cancellationToken))
        || (Grants is not null && await Grants.AnyAsync(cancellationToken))
        || (Families is not null && await Families.AnyAsync(cancellationToken));

    /// <summary>
    /// What falls with <paramref name="target"/>, where it does: the target itself, whatever time has said of it, and what is left below, each
    /// counted to <see cref="RevocationReceipt.CountLimit"/> and one more. The same before the parent's flip and after it.
    /// </summary>
    public async Task<RevocationCounts> CountAsync(RevocationTarget target, DateTime now, CancellationToken cancellationToken)
    {
        const int Stop = RevocationReceipt.CountLimit + 1;
        var left = Left(now);
        var below = new RevocationCounts(
            left.Sessions is null ? 0 : await left.Sessions.Take(Stop).CountAsync(cancellationToken),
            left.Grants is null ? 0 : await left.Grants.Take(Stop).CountAsync(cancellationToken),
            left.Families is null ? 0 : await left.Families.Take(Stop).CountAsync(cancellationToken));
        return target switch
        {
            RevocationTarget.Session or RevocationTarget.OverdueSession => below with { Sessions = 1 },
            RevocationTarget.Grant => below with { Grants = 1 },
            RevocationTarget.Family => below with { Families = 1 },
            _ => below,
        };
    }

    /// <summary>Each client to tell, once for each session.</summary>
    public async Task<IReadOnlyList<Notice>> NoticesAsync(AuthServerDbContext db, CancellationToken cancellationToken) =>
        Told is null
            ? []
            : await (
                from family in Told.Select(f => new { f.ClientId, f.UserId, f.SessionId }).Distinct()
                join client in db.Clients on family.ClientId equals client.Id
                where client.BackchannelLogoutUri != null && (family.SessionId != null || !client.BackchannelLogoutSessionRequired)
                orderby client.ClientId, family.SessionId
                select new Notice(client.Id, client.ClientName ?? client.ClientId, family.UserId, family.SessionId))
            .ToListAsync(cancellationToken);

    // Every client with any family in the session, whatever that family's status: it has a login of its own that hangs from it.
    private static RevocationReach OfSession(AuthServerDbContext db, Guid id, IQueryable<TokenFamily> families) => new(
        db.LoginSessions.Where(s => s.Id == id), null, families, Untold(db, db.TokenFamilies.Where(f => f.SessionId == id)));

    private static RevocationReach OfGrant(AuthServerDbContext db, Guid id)
    {
        var families = db.TokenFamilies.Where(f => f.GrantId == id);
        return new(null, db.Grants.Where(g => g.Id == id), families, StillConcerned(db, Untold(db, families)));
    }

    private static RevocationReach OfUser(AuthServerDbContext db, Guid id, int? epoch, Guid? kept, IQueryable<Grant>? grants)
    {
        var sessions = db.LoginSessions.Where(s => s.UserId == id && s.UserEpoch <= epoch && (kept == null || s.Id != kept));
        var families = db.TokenFamilies.Where(
            f => f.UserId == id && f.UserEpoch <= epoch && (kept == null || f.SessionId == null || f.SessionId != kept));
        return new(sessions, grants, families, StillConcerned(db, families.Where(f => f.UserEpoch == epoch)));
    }

    // The users' sessions go on, so nobody is told: it is the client that was withdrawn.
    private static RevocationReach OfClient(AuthServerDbContext db, Guid id, int? epoch, IQueryable<Grant>? grants) =>
        new(null, grants, db.TokenFamilies.Where(f => f.ClientId == id && f.ClientEpoch <= epoch), null);

    // When the user's epoch was stepped, everybody concerned was told; the session that ends by time behind it has nothing to add.
    private static IQueryable<TokenFamily> Untold(AuthServerDbContext db, IQueryable<TokenFamily> families) =>
        families.Where(f => db.Users.Any(u => u.Id == f.UserId && u.Epoch == f.UserEpoch));

    // Who was told when a session ended need not be told of it again, unless something of theirs outlived it.
    private static IQueryable<TokenFamily> StillConcerned(AuthServerDbContext db, IQueryable<TokenFamily> families) =>
        families.Where(f => f.SessionId == null || db.LoginSessions.Any(s => s.Id == f.SessionId
            && (s.Status == Status.Valid || (s.Status == Status.Expired && f.Offline && f.Status == Status.Valid))));

    /// <summary>A client to tell about a session of a user.</summary>
    internal sealed record Notice(Guid ClientId, string ClientName, Guid UserId, Guid? SessionId);
}
