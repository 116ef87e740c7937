using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// Moves a family from one generation to the next: redeems its code, rotates its refresh token. Each is one conditional update whose WHERE
/// holds the Liveness predicate; a use that should not have been possible withdraws the family in the same transaction.
/// </summary>
public sealed class FamilyRotation(Writes writes, RevocationCascade cascade, LivenessReader liveness, TimeProvider time)
{
    private const int StampLength = 16;

    /// <summary>128 random bits for a new generation.</summary>
    public static byte[] NewStamp() => RandomNumberGenerator.GetBytes(StampLength);

    /// <summary>Redeems the family's code, once (RFC 6749 §4.1.2); within the leeway of a device code a second time comes to the same.</summary>
    /// <param name="familyId">The family the code names.</param>
    /// <param name="ends">When the family ends from now on.</param>
    /// <param name="jkt">The key it is bound to from now on, unless it is bound already; null: to none.</param>
    /// <param name="actor">Who is written into the ledger if it is a replay.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<RotationOutcome> RedeemAsync(
        Guid familyId, FamilyEnds ends, string? jkt, RevocationActor actor, CancellationToken cancellationToken)
    {
        var stamp = NewStamp();
        return await WithClientAsync(await writes.RunAsync<RotationOutcome>(
            async (db, token) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                var (idleExpiresAt, expiresAt) = (now + ends.Idle, now + ends.Absolute);
                await ParentLocks.ShareAsync(db, familyId, token);
                var redeemed = await db.AliveFamilies(now).Where(f => f.Id == familyId && f.Generation == 0).ExecuteUpdateAsync(
                    set => set.SetProperty(f => f.Generation, 1)
                        .SetProperty(f => f.Stamp, stamp)
                        .SetProperty(f => f.Jkt, f => f.Jkt ?? jkt)
                        .SetProperty(f => f.RotatedAt, now)
                        .SetProperty(f => f.IdleExpiresAt, idleExpiresAt)
                        .SetProperty(f => f.ExpiresAt, expiresAt),
                    token);
                var state = await ReadAsync(db, familyId, judge: redeemed == 0, token);
                return redeemed == 1 || IsRetry(state, ends.Leeway, now) ? new RotationOutcome.Current(state!)
                    : state is { Family.Generation: > 0 } ? await ReplayedAsync(db, state, RevocationCause.CodeReplay, actor, token)
                    : new RotationOutcome.Dead(Liveness.WhyDead(state, now) ?? DeathReason.Unknown);
            },
            cancellationToken));
    }

    /// <summary>
    /// Rotates the family's refresh token. The one just before the current is answered with the current within the leeway; anything older
    /// is a replay (RFC 9700 §4.14.2).
    /// </summary>
    /// <param name="before">The family the token names, as the request has read it.</param>
    /// <param name="generation">Which of its refresh tokens it is.</param>
    /// <param name="stamp">The random bits of that generation.</param>
    /// <param name="times">The leeway, and what a use prolongs.</param>
    /// <param name="jkt">The key it is bound to from now on, unless it is bound already; null: to none.</param>
    /// <param name="actor">Who is written into the ledger if it is a replay.</param>
    /// <param name="rotated">Told of the family as soon as it is rotated, but not committed: what it prepares counts only where the outcome is this very state. Perhaps told more than once, or never.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<RotationOutcome> RotateAsync(
        FamilyState before,
        int generation,
        byte[] stamp,
        RotationTimes times,
        string? jkt,
        RevocationActor actor,
        Action<FamilyState>? rotated,
        CancellationToken cancellationToken)
    {
        var (familyId, nextStamp) = (before.Family.Id, NewStamp());
        return await WithClientAsync(await writes.RunAsync<RotationOutcome>(
            async (db, token) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                var idleExpiresAt = now + times.Idle;
                await ParentLocks.HoldDueSessionAsync(db, familyId, now, token);
                await ParentLocks.ShareAsync(db, familyId, token);
                if (await db.Hot.RotateAsync(db.Transaction, familyId, generation, stamp, nextStamp, jkt, now, idleExpiresAt, token) is { } told)
                {
                    // A refresh token that lives inside its session counts as activity there.
                    if (before is { Family: { Offline: false, SessionId: { } sid }, Session: { } session } && SessionActivity.IsDue(session.LastSeenAt, now))
                    {
                        await SessionActivity.TouchAsync(db, sid, now, times.SessionIdle, token);
                    }

                    if (!IsAsRead(before, generation, told))
                    {
                        return new RotationOutcome.Current((await ReadAsync(db, familyId, judge: false, token))!);
                    }

                    var after = before with { Family = before.Family.Rotated(nextStamp, jkt, now, idleExpiresAt) };
                    rotated?.Invoke(after);
                    return new RotationOutcome.Current(after);
                }

                var state = await ReadAsync(db, familyId, judge: true, token);
                return Liveness.WhyDead(state, now) is { } reason ? new RotationOutcome.Dead(reason)
                    : IsAhead(state!.Family, generation) ? new RotationOutcome.Ahead()
                    : generation == state.Family.Generation - 1 && now - state.Family.RotatedAt <= times.Leeway
                        ? new RotationOutcome.Current(state)
                    : await ReplayedAsync(db, state, RevocationCause.RefreshTokenReplay, actor, token);
            },
            cancellationToken));
    }

    // What decides over a token's content and is not the family's own.
    private static bool IsAsRead(FamilyState before, int generation, HotStatements.Rotated now) =>
        before.Family.Generation == generation && before.Grant?.Scope == now.GrantScope
        && before.Installation.KeysVersion == now.KeysVersion && before.Installation.RegistryVersion == now.RegistryVersion;

    /// <summary>The family as the unit sees it; with its client where somebody has to judge it before the commit.</summary>
    private static async Task<FamilyState?> ReadAsync(AuthServerDbContext db, Guid familyId, bool judge, CancellationToken cancellationToken)
    {
        var state = (await db.Hot.ReadFamilyAsync(db.Transaction, familyId, jti: null, cancellationToken))?.State;

        // Not by the registry: what neighbours in the same transaction have changed is not committed yet, and must not be remembered.
        return judge && state is not null
            ? state with { Client = await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == state.Family.ClientId, cancellationToken) }
            : state;
    }

    private async Task<RotationOutcome> WithClientAsync(RotationOutcome outcome)
    {
        if (outcome is not RotationOutcome.Current { State: { Client: null } state })
        {
            return outcome;
        }

        // It may have been deleted since the commit, and the family with it.
        var whole = await liveness.WithClientAsync(state, CancellationToken.None);
        return whole.Client is null ? new RotationOutcome.Dead(DeathReason.ClientGone) : new RotationOutcome.Current(whole);
    }

    private static bool IsRetry(FamilyState? state, TimeSpan leeway, DateTime now) =>
        state is { Family.Generation: 1 } && now - state.Family.RotatedAt < leeway && Liveness.WhyDead(state, now) is null;

    // The right number did not rotate, so its stamp is another: like a number ahead of ours, it comes from another history of this database.
    private static bool IsAhead(TokenFamily family, int generation) => generation >= family.Generation;

    private async Task<RotationOutcome> ReplayedAsync(
        AuthServerDbContext db, FamilyState state, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken) =>
        new RotationOutcome.Replayed(
            await cascade.RevokeAsync(db, new RevocationTarget.Family(state.Family.Id), cause, actor, cancellationToken));
}
