using System.Diagnostics;
using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <content>The conditional updates: each picks one winner, and answers null to everybody else.</content>
public sealed partial class RevocationCascade
{
    private static Task<Fallen?> WithdrawAsync(
        AuthServerDbContext db, RevocationTarget target, DateTime now, CancellationToken cancellationToken) => target switch
        {
            RevocationTarget.AccessToken token => WithdrawAccessTokenAsync(db, token, cancellationToken),
            RevocationTarget.Family family => WithdrawFamilyAsync(db, family, now, cancellationToken),
            RevocationTarget.Session session => WithdrawSessionAsync(db, session, now, cancellationToken),
            RevocationTarget.OverdueSession session => WithdrawOverdueAsync(db, session, now, cancellationToken),
            RevocationTarget.Grant grant => WithdrawGrantAsync(db, grant, now, cancellationToken),
            RevocationTarget.GrantScope scope => WithdrawGrantScopeAsync(db, scope, cancellationToken),
            RevocationTarget.UserSessions user => WithdrawUserSessionsAsync(db, user, now, cancellationToken),
            RevocationTarget.User user => WithdrawUserAsync(db, user, now, cancellationToken),
            RevocationTarget.DeletedUser user => DeleteUserAsync(db, user, now, cancellationToken),
            RevocationTarget.ClientTokens client => WithdrawClientTokensAsync(db, client, now, cancellationToken),
            RevocationTarget.ClientScope scope => WithdrawClientScopeAsync(db, scope, cancellationToken),
            RevocationTarget.Client client => WithdrawClientAsync(db, client, now, cancellationToken),
            RevocationTarget.Installation => WithdrawInstallationAsync(db, now, cancellationToken),
            RevocationTarget.SigningKey key => WithdrawSigningKeyAsync(db, key, now, cancellationToken),
            RevocationTarget.DeletedClient client => DeleteClientAsync(db, client, now, cancellationToken),
            _ => throw new UnreachableException(),
        };

    private static async Task<Fallen?> WithdrawAccessTokenAsync(
        AuthServerDbContext db, RevocationTarget.AccessToken token, CancellationToken cancellationToken)
    {
        // The insert asks and answers, as the conditional updates do: of two at the same moment one finds the other's row.
        var inserted = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "RevokedAccessTokens" ("Jti", "ExpiresAt") VALUES ({token.Jti}, {token.ExpiresAt}) ON CONFLICT DO NOTHING
            """,
            cancellationToken);
        return inserted == 0 ? null : new Fallen(token.UserId, token.ClientId, RevocationCounts.None, RevocationReach.Nothing);
    }

    private static async Task<Fallen?> WithdrawFamilyAsync(
        AuthServerDbContext db, RevocationTarget.Family family, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Hot.RevokeFamilyAsync(db.Transaction, family, now, cancellationToken) is not { } owner)
        {
            return null;
        }

        return new Fallen(owner.UserId, owner.ClientId, new RevocationCounts(0, 0, 1), RevocationReach.Nothing);
    }

    private static async Task<Fallen?> WithdrawSessionAsync(
        AuthServerDbContext db, RevocationTarget.Session session, DateTime now, CancellationToken cancellationToken)
    {
        // An expired one can be signed out too: its offline families live until somebody says so.
        var flipped = await db.LoginSessions.Where(s => s.Id == session.Id && s.Status != Status.Revoked).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.Status, Status.Revoked).SetProperty(s => s.EndedAt, now), cancellationToken);
        return flipped == 0 ? null : await EndedAsync(db, session, now, cancellationToken);
    }

    private static async Task<Fallen?> WithdrawOverdueAsync(
        AuthServerDbContext db, RevocationTarget.OverdueSession session, DateTime now, CancellationToken cancellationToken)
    {
        var flipped = await db.LoginSessions
            .Where(s => s.Id == session.Id && s.Status == Status.Valid && (s.ExpiresAt <= now || s.IdleExpiresAt <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Status, Status.Expired).SetProperty(s => s.EndedAt, now), cancellationToken);
        return flipped == 0 ? null : await EndedAsync(db, session, now, cancellationToken);
    }

    private static async Task<Fallen> EndedAsync(
        AuthServerDbContext db, RevocationTarget session, DateTime now, CancellationToken cancellationToken)
    {
        var userId = await db.LoginSessions.Where(s => s.Id == session.Id).Select(s => s.UserId).SingleAsync(cancellationToken);
        var reach = RevocationReach.Of(db, session, epoch: null);
        return new Fallen(userId, ClientId: null, await reach.CountAsync(session, now, cancellationToken), reach, HasChildren: true);
    }

    private static async Task<Fallen?> WithdrawGrantAsync(
        AuthServerDbContext db, RevocationTarget.Grant grant, DateTime now, CancellationToken cancellationToken)
    {
        var flipped = await db.Grants.Where(g => g.Id == grant.Id && g.Status == Status.Valid).ExecuteUpdateAsync(
            set => set.SetProperty(g => g.Status, Status.Revoked).SetProperty(g => g.EndedAt, now), cancellationToken);
        if (flipped == 0)
        {
            return null;
        }

        var owner = await db.Grants.Where(g => g.Id == grant.Id).Select(g => new { g.UserId, g.ClientId }).SingleAsync(cancellationToken);
        var reach = RevocationReach.Of(db, grant, epoch: null);
        return new Fallen(owner.UserId, owner.ClientId, await reach.CountAsync(grant, now, cancellationToken), reach, HasChildren: true);
    }

    private static async Task<Fallen?> WithdrawUserSessionsAsync(
        AuthServerDbContext db, RevocationTarget.UserSessions target, DateTime now, CancellationToken cancellationToken)
    {
        // Stepped even where nothing is to be seen: a sign-in that is under way took the epoch before.
        if (await StepAsync(db, db.Users.Where(u => u.Id == target.Id), disable: false, cancellationToken) == 0)
        {
            return null;
        }

        var fallen = await OfUserAsync(db, target, now, cancellationToken);
        await KeepAsync(db, target, fallen.Epoch!.Value, cancellationToken);
        return fallen;
    }

    /// <summary>The session the user acts from, and its families, are stamped with the new epoch.</summary>
    private static async Task KeepAsync(AuthServerDbContext db, RevocationTarget.UserSessions target, int before, CancellationToken cancellationToken)
    {
        if (target.KeptSessionId is { } kept)
        {
            await db.LoginSessions.Where(s => s.Id == kept && s.UserId == target.Id && s.UserEpoch == before)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.UserEpoch, before + 1), cancellationToken);
            await db.TokenFamilies.Where(f => f.SessionId == kept && f.UserId == target.Id && f.UserEpoch == before)
                .ExecuteUpdateAsync(set => set.SetProperty(f => f.UserEpoch, before + 1), cancellationToken);
        }
    }

    private static async Task<Fallen?> WithdrawUserAsync(
        AuthServerDbContext db, RevocationTarget.User target, DateTime now, CancellationToken cancellationToken) =>
        await StepAsync(db, db.Users.Where(u => u.Id == target.Id && !u.Disabled), disable: true, cancellationToken) == 0
            ? null
            : await OfUserAsync(db, target, now, cancellationToken);

    private static async Task<Fallen?> DeleteUserAsync(
        AuthServerDbContext db, RevocationTarget.DeletedUser target, DateTime now, CancellationToken cancellationToken)
    {
        if (await StepAsync(db, db.Users.Where(u => u.Id == target.Id), disable: true, cancellationToken) == 0)
        {
            return null;
        }

        var fallen = await OfUserAsync(db, target, now, cancellationToken);
        await db.SecurityEvents.Where(e => e.UserId == target.Id).ExecuteDeleteAsync(cancellationToken);
        await db.OwedMails.Where(m => m.UserId == target.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Users.Where(u => u.Id == target.Id).ExecuteDeleteAsync(cancellationToken);
        return fallen;
    }

    private static Task<int> StepAsync(AuthServerDbContext db, IQueryable<User> user, bool disable, CancellationToken cancellationToken)
    {
        // The stamp is new so that a save of the user that was read before fails its own concurrency check.
        var stamp = RandomNumberGenerator.GetHexString(32);
        return user.ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Disabled, u => u.Disabled || disable)
                .SetProperty(u => u.Epoch, u => u.Epoch + 1)
                .SetProperty(u => u.ConcurrencyStamp, stamp),
            cancellationToken);
    }

    private static async Task<Fallen> OfUserAsync(AuthServerDbContext db, RevocationTarget target, DateTime now, CancellationToken cancellationToken)
    {
        var before = await db.Users.Where(u => u.Id == target.Id).Select(u => u.Epoch).SingleAsync(cancellationToken) - 1;
        var reach = RevocationReach.Of(db, target, before);
        return new Fallen(target.Id, ClientId: null, await reach.CountAsync(target, now, cancellationToken), reach, HasChildren: true, before);
    }

    private static async Task<Fallen?> WithdrawClientTokensAsync(
        AuthServerDbContext db, RevocationTarget.ClientTokens target, DateTime now, CancellationToken cancellationToken) =>
        await StepAsync(db.Clients.Where(c => c.Id == target.Id), disable: false, cancellationToken) == 0
            ? null
            : await OfClientAsync(db, target, now, cancellationToken);

    private static async Task<Fallen?> WithdrawClientAsync(
        AuthServerDbContext db, RevocationTarget.Client target, DateTime now, CancellationToken cancellationToken) =>
        await StepAsync(db.Clients.Where(c => c.Id == target.Id && !c.Disabled), disable: true, cancellationToken) == 0
            ? null
            : await OfClientAsync(db, target, now, cancellationToken);

    private static async Task<Fallen?> DeleteClientAsync(
        AuthServerDbContext db, RevocationTarget.DeletedClient target, DateTime now, CancellationToken cancellationToken)
    {
        if (await StepAsync(db.Clients.Where(c => c.Id == target.Id), disable: true, cancellationToken) == 0)
        {
            return null;
        }

        var fallen = await OfClientAsync(db, target, now, cancellationToken);
        await db.Clients.Where(c => c.Id == target.Id).ExecuteDeleteAsync(cancellationToken);
        return fallen;
    }

    private static Task<int> StepAsync(IQueryable<Client> client, bool disable, CancellationToken cancellationToken) => client.ExecuteUpdateAsync(
        set => set.SetProperty(c => c.Disabled, c => c.Disabled || disable).SetProperty(c => c.Epoch, c => c.Epoch + 1), cancellationToken);

    private static async Task<Fallen> OfClientAsync(AuthServerDbContext db, RevocationTarget target, DateTime now, CancellationToken cancellationToken)
    {
        var before = await db.Clients.Where(c => c.Id == target.Id).Select(c => c.Epoch).SingleAsync(cancellationToken) - 1;
        var reach = RevocationReach.Of(db, target, before);
        return new Fallen(UserId: null, target.Id, await reach.CountAsync(target, now, cancellationToken), reach, HasChildren: true, before);
    }
}
