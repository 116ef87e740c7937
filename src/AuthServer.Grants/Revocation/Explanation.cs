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
    public static Task<Explanation> OfAsync(
        AuthServerDbContext db, FamilyState? state, string? jti, DateTime now, CancellationToken cancellationToken) =>
        state is null
            ? Task.FromResult(new Explanation(DeathReason.Unknown, null))
            : OfAsync(
                db,
                Liveness.WhyDead(state, now),
                reason => IdOf(reason, state.Family),
                jti,
                state.Family.CreatedAt,
                cancellationToken);

    /// <summary>Finds what withdrew a client-credentials token.</summary>
    public static Task<Explanation> OfAsync(
        AuthServerDbContext db, DeathReason? reason, Guid clientId, string jti, DateTime issuedAt, CancellationToken cancellationToken) =>
        OfAsync(db, reason, _ => clientId, jti, issuedAt, cancellationToken);

    private static async Task<Explanation> OfAsync(
        AuthServerDbContext db,
        DeathReason? reason,
        Func<DeathReason, Guid?> idOf,
        string? jti,
        DateTime since,
        CancellationToken cancellationToken)
    {
        if (reason is not { } why)
        {
            return Alive;
        }

        if (idOf(why) is not { } id)
        {
            return new Explanation(why, null);
        }

        // Of several withdrawals of the same user or client, the first after it was issued is the one that killed it.
        var token = why == DeathReason.AccessTokenRevoked ? jti : null;
        var entry = await db.Revocations.AsNoTracking()
            .Where(r => r.TargetId == id && r.At >= since && r.Completes == null && r.Scope == null && r.Jti == token)
            .OrderBy(r => r.At)
            .FirstOrDefaultAsync(cancellationToken);
        return new Explanation(why, entry);
    }

    private static Guid? IdOf(DeathReason reason, TokenFamily family) => reason switch
    {
        DeathReason.UserGone or DeathReason.UserDisabled or DeathReason.UserEpoch => family.UserId,
        DeathReason.ClientGone or DeathReason.ClientDisabled or DeathReason.ClientEpoch => family.ClientId,
        DeathReason.SessionGone or DeathReason.SessionRevoked or DeathReason.SessionExpired => family.SessionId,
        DeathReason.GrantGone or DeathReason.GrantRevoked => family.GrantId,
        DeathReason.FamilyRevoked or DeathReason.AccessTokenRevoked => family.Id,
        _ => null,
    };
}
