using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <summary>
/// The only judge of "is it alive, and if not, why not". The question is asked at every use, of what <see cref="LivenessReader"/> reads in one statement by
/// primary keys; the answer is never remembered and never read from a replica.
/// </summary>
public static class Liveness
{
    private const string Offline = $" {ScopeText.OfflineAccess} ";

    /// <summary>The families alive at <paramref name="now"/>: feeds every list, and the WHERE of every redemption and rotation.</summary>
    public static IQueryable<TokenFamily> AliveFamilies(this AuthServerDbContext db, DateTime now) => db.TokenFamilies.Where(f =>
        f.Status == Status.Valid && f.ExpiresAt > now && f.IdleExpiresAt > now
        && db.Installation.Any(i => i.Epoch == f.InstallationEpoch)
        && db.Users.Any(u => u.Id == f.UserId && !u.Disabled && u.Epoch == f.UserEpoch)
        && db.Clients.Any(c => c.Id == f.ClientId && !c.Disabled && c.Epoch == f.ClientEpoch)
        && db.Grants.Any(g => g.Id == f.GrantId && g.Status == Status.Valid)
        && (f.SessionId == null || db.LoginSessions.Any(s => s.Id == f.SessionId
            && ((s.Status == Status.Valid && s.ExpiresAt > now && s.IdleExpiresAt > now && s.UserEpoch == f.UserEpoch)
                || (f.Offline && (s.Status != Status.Revoked || f.SurvivesLogout)
                    && (" " + f.Scope + " ").Contains(Offline)
                    && db.Grants.Any(g => g.Id == f.GrantId && (" " + g.Scope + " ").Contains(Offline))
                    && db.Clients.Any(c => c.Id == f.ClientId && (" " + c.Scope + " ").Contains(Offline)))))));

    /// <summary>The sessions alive at <paramref name="now"/>.</summary>
    public static IQueryable<LoginSession> AliveSessions(this AuthServerDbContext db, DateTime now) => db.LoginSessions.Where(s =>
        s.Status == Status.Valid && s.ExpiresAt > now && s.IdleExpiresAt > now
        && db.Users.Any(u => u.Id == s.UserId && !u.Disabled && u.Epoch == s.UserEpoch));

    /// <summary>The live session that a browser's cookie names, with its user and the user's roles, in one statement; null where there is none.</summary>
    public static Task<SessionState?> FindSessionAsync(
        this AuthServerDbContext db, Guid sid, byte[] keyHash, DateTime now, CancellationToken cancellationToken) => (
            from s in db.AliveSessions(now).AsNoTracking()
            where s.Id == sid && s.KeyHash == keyHash
            join u in db.Users on s.UserId equals u.Id
            select new SessionState(s, u, (from ur in db.UserRoles
                                           where ur.UserId == u.Id
                                           join r in db.Roles on ur.RoleId equals r.Id
                                           select r.Name!).ToList()))
        .FirstOrDefaultAsync(cancellationToken);

    /// <summary>Null where the family lives at <paramref name="now"/>; otherwise the highest ancestor that says no. The same predicate as <see cref="AliveFamilies"/>.</summary>
    public static DeathReason? WhyDead(FamilyState? state, DateTime now)
    {
        if (state is null)
        {
            return DeathReason.Unknown;
        }

        var family = state.Family;
        return family.InstallationEpoch != state.Installation.Epoch ? DeathReason.OtherInstallation
            : WhyUserDead(state.User, family.UserEpoch)
            ?? WhyClientDead(state.Client, family.ClientEpoch)
            ?? WhySessionDead(state, now)
            ?? WhyGrantDead(state.Grant)
            ?? WhyFamilyDead(family, now)
            ?? (state.AccessTokenRevoked ? DeathReason.AccessTokenRevoked : null);
    }

    /// <summary>Null where a client-credentials token lives.</summary>
    public static DeathReason? WhyDead(ClientTokenState? state, int clientEpoch, long installationEpoch) =>
        state?.Client is null ? DeathReason.ClientGone
        : state.Installation.Epoch != installationEpoch ? DeathReason.OtherInstallation
        : WhyClientDead(state.Client, clientEpoch) ?? (state.AccessTokenRevoked ? DeathReason.AccessTokenRevoked : null);

    private static DeathReason? WhyUserDead(FamilyUser? user, int epoch) =>
        user is null ? DeathReason.UserGone
        : user.Disabled ? DeathReason.UserDisabled
        : user.Epoch != epoch ? DeathReason.UserEpoch : null;

    private static DeathReason? WhyClientDead(Client? client, int epoch) =>
        client is null ? DeathReason.ClientGone
        : client.Disabled ? DeathReason.ClientDisabled
        : client.Epoch != epoch ? DeathReason.ClientEpoch : null;

    private static DeathReason? WhySessionDead(FamilyState state, DateTime now) => (state.Family, state.Session) switch
    {
        ({ SessionId: null }, _) => null,
        (_, null) => DeathReason.SessionGone,
        (var family, { Status: Status.Revoked }) => family.SurvivesLogout && state.IsOffline ? null : DeathReason.SessionRevoked,
        (var family, { Status: Status.Valid } session) when session.ExpiresAt > now && session.IdleExpiresAt > now =>
            session.UserEpoch == family.UserEpoch || state.IsOffline ? null : DeathReason.UserEpoch,
        _ => state.IsOffline ? null : DeathReason.SessionExpired,
    };

    private static DeathReason? WhyGrantDead(FamilyGrant? grant) =>
        grant is null ? DeathReason.GrantGone : grant.Status != Status.Valid ? DeathReason.GrantRevoked : null;

    private static DeathReason? WhyFamilyDead(TokenFamily family, DateTime now) =>
        family.Status == Status.Revoked ? DeathReason.FamilyRevoked
        : family.Status == Status.Expired || family.ExpiresAt <= now || family.IdleExpiresAt <= now ? DeathReason.FamilyExpired : null;
}
