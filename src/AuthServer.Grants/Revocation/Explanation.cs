using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <summary>Why something is not alive, with the withdrawal that did it, if one did. For operators and the owner; never for clients.</summary>
/// <param name="Reason">Null: it is alive.</param>
/// <param name="Entry">The line in the ledger; null where it is alive, where time ended it, or where the ledger no longer goes back so far.</param>
public sealed record Explanation(DeathReason? Reason, RevocationEntry? Entry)
{
    public static Explanation Alive { get; } = new(null, null);

    /// <summary>Finds what withdrew a family, or an access token of it.</summary>
    public static async Task<Explanation> OfAsync(
        AuthServerDbContext db, FamilyState? state, string? jti, DateTime now, CancellationToken cancellationToken)
    {
        if (state is null)
        {
            return new Explanation(DeathReason.Unknown, null);
        }

        if (Liveness.WhyDead(state, now) is not { } reason)
        {
            return Alive;
        }

        var family = state.Family;
        var entries = reason switch
        {
            DeathReason.OtherInstallation => Restored(db),
            DeathReason.UserGone => LastOf(db, family.UserId),
            DeathReason.UserDisabled or DeathReason.UserEpoch => StepOf(db, family.UserId, family.UserEpoch, state.User!.Epoch),
            DeathReason.ClientGone => LastOf(db, family.ClientId),
            DeathReason.ClientDisabled or DeathReason.ClientEpoch => StepOf(db, family.ClientId, family.ClientEpoch, state.Client!.Epoch),
            DeathReason.SessionExpired => LastOf(db, family.SessionId).Where(r => r.Cause == RevocationCause.SessionExpired),
            DeathReason.SessionRevoked => LastOf(db, family.SessionId).Where(r => r.Cause != RevocationCause.SessionExpired),
            DeathReason.SessionGone => LastOf(db, family.SessionId),
            DeathReason.GrantGone or DeathReason.GrantRevoked => LastOf(db, family.GrantId),
            DeathReason.FamilyRevoked => LastOf(db, family.Id),
            DeathReason.AccessTokenRevoked => db.Revocations.Where(r => r.TargetId == family.Id && r.Jti == jti),
            _ => null,
        };
        return new Explanation(reason, entries is null ? null : await entries.AsNoTracking().FirstOrDefaultAsync(cancellationToken));
    }

    /// <summary>Finds what withdrew a client-credentials token.</summary>
    public static async Task<Explanation> OfAsync(
        AuthServerDbContext db, DeathReason? reason, Guid clientId, string jti, DateTime issuedAt, CancellationToken cancellationToken)
    {
        if (reason is not { } why)
        {
            return Alive;
        }

        // Of several withdrawals of the same client, the first after it was issued is the one that killed it.
        var entries = why == DeathReason.AccessTokenRevoked
            ? db.Revocations.Where(r => r.TargetId == clientId && r.Jti == jti)
            : why == DeathReason.OtherInstallation ? Restored(db)
            : Of(db, clientId).Where(r => r.At >= issuedAt).OrderBy(r => r.At).ThenBy(r => r.Id);
        return new Explanation(why, await entries.AsNoTracking().FirstOrDefaultAsync(cancellationToken));
    }

    /// <summary>Withdrawals of the row whole: no report of a sweep, no scope, no single access token.</summary>
    private static IQueryable<RevocationEntry> Of(AuthServerDbContext db, Guid? id) =>
        db.Revocations.Where(r => r.TargetId == id && r.Completes == null && r.Scope == null && r.Jti == null);

    private static IOrderedQueryable<RevocationEntry> Restored(AuthServerDbContext db) => LastOf(db, new RevocationTarget.Installation().Id);

    private static IOrderedQueryable<RevocationEntry> LastOf(AuthServerDbContext db, Guid? id) =>
        Of(db, id).OrderByDescending(r => r.At).ThenByDescending(r => r.Id);

    // Every step of an epoch has its line, so the one that ended this epoch is found by counting back from now. By time alone it would not be: what
    // was kept through one withdrawal, and fell in the next, is older than both.
    private static IQueryable<RevocationEntry>? StepOf(AuthServerDbContext db, Guid id, int epoch, int now) =>
        now > epoch ? LastOf(db, id).Skip(now - epoch - 1) : null;
}
