using System.Diagnostics;
using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <summary>
/// Withdraws authority: the only writer of <see cref="Status.Revoked"/> and of epochs. The parent is the truth, so one conditional update
/// withdraws everything below it; withdrawing and recording are one transaction.
/// </summary>
public sealed class RevocationCascade(Writes writes, TimeProvider time)
{
    /// <summary>Withdraws <paramref name="target"/> in a transaction of its own. Idempotent: a second call receives <see cref="RevocationReceipt.Nothing"/>.</summary>
    /// <exception cref="WritesUnavailableException">Nothing was withdrawn; the caller answers 503.</exception>
    public Task<RevocationReceipt> RevokeAsync(
        RevocationTarget target, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken) =>
        writes.RunAsync((db, token) => RevokeAsync(db, target, cause, actor, token), cancellationToken);

    /// <summary>The same inside a unit that changes something else too: both are committed, or neither.</summary>
    public async Task<RevocationReceipt> RevokeAsync(
        AuthServerDbContext db, RevocationTarget target, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var fallen = await WithdrawAsync(db, target, cancellationToken);
        if (fallen is null)
        {
            return RevocationReceipt.Nothing;
        }

        var entry = new RevocationEntry
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            At = now,
            Cause = cause,
            TargetKind = target.Kind,
            TargetId = target.Id,
            Jti = (target as RevocationTarget.AccessToken)?.Jti,
            UserId = fallen.UserId,
            ClientId = fallen.ClientId,
            ActorKind = actor.Kind,
            ActorId = actor.Id,
            Address = actor.Address,
            CorrelationId = actor.CorrelationId,
            Families = fallen.Families,
        };
        db.Revocations.Add(entry);
        await db.SaveChangesAsync(cancellationToken);
        return new RevocationReceipt(entry);
    }

    private static Task<Fallen?> WithdrawAsync(AuthServerDbContext db, RevocationTarget target, CancellationToken cancellationToken) =>
        target switch
        {
            RevocationTarget.AccessToken token => WithdrawAccessTokenAsync(db, token, cancellationToken),
            RevocationTarget.Family family => WithdrawFamilyAsync(db, family.Id, cancellationToken),
            RevocationTarget.Session session => WithdrawSessionAsync(db, session.Id, cancellationToken),
            RevocationTarget.Grant grant => WithdrawGrantAsync(db, grant.Id, cancellationToken),
            RevocationTarget.User user => WithdrawUserAsync(db, user.Id, cancellationToken),
            RevocationTarget.Client client => WithdrawClientAsync(db, client.Id, cancellationToken),
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
        return inserted == 0 ? null : new Fallen(token.UserId, token.ClientId, Families: 0);
    }

    private static async Task<Fallen?> WithdrawFamilyAsync(AuthServerDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var flipped = await db.TokenFamilies.Where(f => f.Id == id && f.Status == Status.Valid)
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.Status, Status.Revoked), cancellationToken);
        return flipped == 0
            ? null
            : await db.TokenFamilies.Where(f => f.Id == id).Select(f => new Fallen(f.UserId, f.ClientId, 1)).SingleAsync(cancellationToken);
    }

    private static async Task<Fallen?> WithdrawSessionAsync(AuthServerDbContext db, Guid id, CancellationToken cancellationToken)
    {
        // An expired one can be signed out too: its offline families live until somebody says so.
        var flipped = await db.LoginSessions.Where(s => s.Id == id && s.Status != Status.Revoked)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Status, Status.Revoked), cancellationToken);
        if (flipped == 0)
        {
            return null;
        }

        var userId = await db.LoginSessions.Where(s => s.Id == id).Select(s => s.UserId).SingleAsync(cancellationToken);
        var families = db.TokenFamilies.Where(f => f.SessionId == id && !f.SurvivesLogout);
        return new Fallen(userId, ClientId: null, await CountAsync(families, cancellationToken));
    }

    private static async Task<Fallen?> WithdrawGrantAsync(AuthServerDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var flipped = await db.Grants.Where(g => g.Id == id && g.Status == Status.Valid)
            .ExecuteUpdateAsync(set => set.SetProperty(g => g.Status, Status.Revoked), cancellationToken);
        if (flipped == 0)
        {
            return null;
        }

        var grant = await db.Grants.Where(g => g.Id == id).Select(g => new { g.UserId, g.ClientId }).SingleAsync(cancellationToken);
        var families = db.TokenFamilies.Where(f => f.GrantId == id);
        return new Fallen(grant.UserId, grant.ClientId, await CountAsync(families, cancellationToken));
    }

    private static async Task<Fallen?> WithdrawUserAsync(AuthServerDbContext db, Guid id, CancellationToken cancellationToken)
    {
        // The stamp is new so that a save of the user that was read before fails its own concurrency check.
        var stamp = RandomNumberGenerator.GetHexString(32);
        var stepped = await db.Users.Where(u => u.Id == id && !u.Disabled).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Disabled, true)
                .SetProperty(u => u.Epoch, u => u.Epoch + 1)
                .SetProperty(u => u.ConcurrencyStamp, stamp),
            cancellationToken);
        return stepped == 0
            ? null
            : new Fallen(id, ClientId: null, await CountAsync(db.TokenFamilies.Where(f => f.UserId == id), cancellationToken));
    }

    private static async Task<Fallen?> WithdrawClientAsync(AuthServerDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var stepped = await db.Clients.Where(c => c.Id == id && !c.Disabled).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Disabled, true).SetProperty(c => c.Epoch, c => c.Epoch + 1), cancellationToken);
        return stepped == 0
            ? null
            : new Fallen(UserId: null, id, await CountAsync(db.TokenFamilies.Where(f => f.ClientId == id), cancellationToken));
    }

    private static Task<int> CountAsync(IQueryable<TokenFamily> families, CancellationToken cancellationToken) =>
        families.Where(f => f.Status == Status.Valid).Take(RevocationReceipt.CountLimit + 1).CountAsync(cancellationToken);

    private sealed record Fallen(Guid? UserId, Guid? ClientId, int Families);
}
