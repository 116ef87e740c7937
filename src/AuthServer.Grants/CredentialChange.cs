using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// Writes changed credentials of a user together with the withdrawal that follows from them: both are committed, or neither. What is to be
/// hashed is hashed before.
/// </summary>
public sealed class CredentialChange(Writes writes, RevocationCascade cascade)
{
    // As Identity's stores name what belongs to an authenticator app.
    private const string AuthenticatorProvider = "[AspNetUserStore]";

    /// <summary>
    /// Commits the user's password hash, second factor, security stamp, pause and whether the address is proved as they are in memory, if the row is still the one that was
    /// read.
    /// Null: somebody has changed it meanwhile, and nothing is written.
    /// </summary>
    /// <param name="user">As read, with what changes changed; its <c>ConcurrencyStamp</c> is the one that was read.</param>
    /// <param name="tokens">Tokens of the user that change too.</param>
    /// <param name="kept">The session that the user acts from, if it is to go on.</param>
    /// <param name="cause">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="stamp">Of the preview that was agreed to; where something else would fall by now, nothing is written. Null: none was shown.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public Task<ChangedCredentials?> CommitAsync(
        User user,
        IReadOnlyList<IdentityUserToken<Guid>> tokens,
        Guid? kept,
        RevocationCause cause,
        RevocationActor actor,
        string? stamp,
        CancellationToken cancellationToken) => RunAsync(
        async (db, token) =>
        {
            if (!await WriteAsync(db, user, token))
            {
                return null;
            }

            foreach (var changed in tokens)
            {
                await WriteAsync(db, changed, token);
            }

            return await WithdrawAsync(db, new RevocationTarget.UserSessions(user.Id, kept), stamp, cause, actor, token);
        },
        cancellationToken);

    /// <summary>Commits a user without second factor: authenticator and recovery codes go. Null as with the other.</summary>
    public Task<ChangedCredentials?> ResetSecondFactorAsync(
        User user, RevocationActor actor, string? stamp, CancellationToken cancellationToken) => RunAsync(
        async (db, token) =>
        {
            if (!await WriteAsync(db, user, token))
            {
                return null;
            }

            await db.UserTokens.Where(t => t.UserId == user.Id && t.LoginProvider == AuthenticatorProvider).ExecuteDeleteAsync(token);
            return await WithdrawAsync(
                db, new RevocationTarget.UserSessions(user.Id, KeptSessionId: null), stamp, RevocationCause.SecondFactorReset, actor, token);
        },
        cancellationToken);

    private async Task<ChangedCredentials?> RunAsync(
        Func<AuthServerDbContext, CancellationToken, Task<ChangedCredentials?>> unit, CancellationToken cancellationToken)
    {
        try
        {
            return await writes.RunAsync(unit, cancellationToken);
        }
        catch (OvertakenException)
        {
            return null;
        }
    }

    private static async Task<bool> WriteAsync(AuthServerDbContext db, User user, CancellationToken cancellationToken)
    {
        var (read, hash, stamp, factor) = (user.ConcurrencyStamp, user.PasswordHash, user.SecurityStamp, user.TwoFactorEnabled);
        var (proved, pause, failed) = (user.EmailConfirmed, user.LockoutEnd, user.AccessFailedCount);
        return await db.Users.Where(u => u.Id == user.Id && u.ConcurrencyStamp == read).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.PasswordHash, hash).SetProperty(u => u.SecurityStamp, stamp).SetProperty(u => u.TwoFactorEnabled, factor)
                .SetProperty(u => u.EmailConfirmed, proved).SetProperty(u => u.LockoutEnd, pause).SetProperty(u => u.AccessFailedCount, failed),
            cancellationToken) == 1;
    }

    private static async Task WriteAsync(AuthServerDbContext db, IdentityUserToken<Guid> changed, CancellationToken cancellationToken)
    {
        var written = await db.UserTokens
            .Where(t => t.UserId == changed.UserId && t.LoginProvider == changed.LoginProvider && t.Name == changed.Name)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Value, changed.Value), cancellationToken);
        if (written == 0)
        {
            db.UserTokens.Add(new IdentityUserToken<Guid>
            {
                UserId = changed.UserId,
                LoginProvider = changed.LoginProvider,
                Name = changed.Name,
                Value = changed.Value,
            });
        }
    }

    private async Task<ChangedCredentials?> WithdrawAsync(
        AuthServerDbContext db, RevocationTarget target, string? stamp, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken)
    {
        var receipt = stamp is null
            ? await cascade.RevokeAsync(db, target, cause, actor, cancellationToken)
            : await cascade.RevokePreviewedAsync(db, target, stamp, cause, actor, cancellationToken);
        return new ChangedCredentials(await db.Users.AsNoTracking().SingleAsync(u => u.Id == target.Id, cancellationToken), receipt);
    }
}
