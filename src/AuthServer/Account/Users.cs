using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>
/// Identity's users, whose changed credentials withdraw what was signed in with the old ones. Checked and hashed first; then credential, epoch,
/// ledger and notices are one transaction: a fault leaves password and sessions as they were.
/// </summary>
internal sealed class Users(
    IUserStore<User> store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<User> hasher,
    IEnumerable<IUserValidator<User>> userValidators,
    IEnumerable<IPasswordValidator<User>> passwordValidators,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<UserManager<User>> logger,
    AuthServerDbContext db,
    CredentialChange credentials,
    RevocationCascade cascade,
    SecurityLog log,
    FailedSignIns failures,
    AuthenticatorCodes appCodes,
    IHttpContextAccessor accessor,
    TimeProvider time)
    : UserManager<User>(store, options, hasher, userValidators, passwordValidators, normalizer, errors, services, logger)
{
    private RevocationCause? _withdrawal;

    /// <summary>By our clock; Identity reads the machine's.</summary>
    public override Task<bool> IsLockedOutAsync(User user) => Task.FromResult(user.LockoutEnabled && user.LockoutEnd > time.GetUtcNow());

    public override async Task<IdentityResult> AccessFailedAsync(User user)
    {
        var written = await failures.WriteAsync(user.Id);
        Settle(user, written);
        return written is null ? IdentityResult.Failed(ErrorDescriber.ConcurrencyFailure()) : IdentityResult.Success;
    }

    /// <summary>A code of the app that was accepted before is a wrong one, at every place that asks for it.</summary>
    public override async Task<bool> VerifyTwoFactorTokenAsync(User user, string tokenProvider, string token) =>
        await base.VerifyTwoFactorTokenAsync(user, tokenProvider, token)
        && (tokenProvider != Options.Tokens.AuthenticatorTokenProvider
            || await appCodes.TryUseAsync(user.Id, await GetAuthenticatorKeyAsync(user) ?? "", token, CancellationToken));

    public override Task<IdentityResult> ConfirmEmailAsync(User user, string token) =>
        NotingAsync(user, SecurityEventKind.EmailConfirmed, () => base.ConfirmEmailAsync(user, token));

    /// <summary>People sign in by their address: where that was the name, it is again.</summary>
    public override Task<IdentityResult> ChangeEmailAsync(User user, string newEmail, string token) =>
        NotingAsync(user, SecurityEventKind.EmailChanged, async () =>
        {
            var (name, email) = (user.UserName, user.Email);
            user.UserName = string.Equals(name, email, StringComparison.OrdinalIgnoreCase) ? newEmail : name;
            var changed = await base.ChangeEmailAsync(user, newEmail, token);
            user.UserName = changed.Succeeded ? user.UserName : name;
            return changed;
        });

    public override Task<IdentityResult> RedeemTwoFactorRecoveryCodeAsync(User user, string code) =>
        NotingAsync(user, SecurityEventKind.RecoveryCodeUsed, () => base.RedeemTwoFactorRecoveryCodeAsync(user, code));

    public override async Task<IEnumerable<string>?> GenerateNewTwoFactorRecoveryCodesAsync(User user, int number)
    {
        IEnumerable<string>? codes = null;
        await NotingAsync(user, SecurityEventKind.RecoveryCodesMade, async () =>
        {
            codes = await base.GenerateNewTwoFactorRecoveryCodesAsync(user, number);
            return codes is null ? IdentityResult.Failed() : IdentityResult.Success;
        });
        return codes;
    }

    public override Task<IdentityResult> ChangePasswordAsync(User user, string currentPassword, string newPassword) =>
        WithdrawingAsync(RevocationCause.PasswordChanged, () => base.ChangePasswordAsync(user, currentPassword, newPassword));

    public override Task<IdentityResult> AddPasswordAsync(User user, string password) =>
        WithdrawingAsync(RevocationCause.PasswordChanged, () => base.AddPasswordAsync(user, password));

    public override Task<IdentityResult> RemovePasswordAsync(User user) =>
        WithdrawingAsync(RevocationCause.PasswordChanged, () => base.RemovePasswordAsync(user));

    /// <summary>Who has the link reads the mail of the address: it is proved, and a pause ends.</summary>
    public override Task<IdentityResult> ResetPasswordAsync(User user, string token, string newPassword) =>
        WithdrawingAsync(RevocationCause.PasswordReset, () => base.ResetPasswordAsync(user, token, newPassword));

    /// <summary>Switching it on withdraws nothing; switching off what was off, neither.</summary>
    public override Task<IdentityResult> SetTwoFactorEnabledAsync(User user, bool enabled) => user.TwoFactorEnabled && !enabled
        ? WithdrawingAsync(RevocationCause.SecondFactorReset, () => base.SetTwoFactorEnabledAsync(user, enabled))
        : enabled && !user.TwoFactorEnabled
            ? NotingAsync(user, SecurityEventKind.SecondFactorEnabled, () => base.SetTwoFactorEnabledAsync(user, enabled))
            : base.SetTwoFactorEnabledAsync(user, enabled);

    /// <summary>
    /// The second factor is off until the new key has been proved. A key that no sign-in asks for is no credential yet: replacing it withdraws
    /// nothing, and so does the first one.
    /// </summary>
    public override Task<IdentityResult> ResetAuthenticatorKeyAsync(User user)
    {
        if (!user.TwoFactorEnabled)
        {
            return base.ResetAuthenticatorKeyAsync(user);
        }

        user.TwoFactorEnabled = false;
        return WithdrawingAsync(RevocationCause.SecondFactorReset, () => base.ResetAuthenticatorKeyAsync(user));
    }

    /// <summary>The row goes in the transaction that withdraws everything.</summary>
    public override async Task<IdentityResult> DeleteAsync(User user)
    {
        await cascade.RevokeAsync(new RevocationTarget.DeletedUser(user.Id), RevocationCause.UserDeleted, Actor(user), CancellationToken);
        db.Entry(user).State = EntityState.Detached;
        if (SessionOf(user) is not null)
        {
            // It fell with the user: what is left to the sign-out is the cookie.
            accessor.HttpContext!.SetSession(null);
        }

        return IdentityResult.Success;
    }

    protected override async Task<IdentityResult> UpdateUserAsync(User user)
    {
        if (_withdrawal is not { } cause)
        {
            return await base.UpdateUserAsync(user);
        }

        if (cause == RevocationCause.PasswordReset)
        {
            (user.EmailConfirmed, user.LockoutEnd, user.AccessFailedCount) = (true, null, 0);
        }

        var kept = cause == RevocationCause.PasswordReset ? null : SessionOf(user);
        var tokens = db.ChangeTracker.Entries<IdentityUserToken<Guid>>()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified && entry.Entity.UserId == user.Id).ToList();
        ChangedCredentials? changed = null;
        try
        {
            changed = await credentials.CommitAsync(user, [.. tokens.Select(entry => entry.Entity)], kept, cause, Actor(user), stamp: null, CancellationToken);
        }
        finally
        {
            Settle(user, changed?.User);
            tokens.ForEach(entry => entry.State = changed is null ? EntityState.Detached : EntityState.Unchanged);
        }

        return changed is null ? IdentityResult.Failed(ErrorDescriber.ConcurrencyFailure()) : IdentityResult.Success;
    }

    /// <summary>The user in memory is as the row is: what was not written must not be saved later, and what was, not again.</summary>
    private void Settle(User user, User? written)
    {
        var entry = db.Entry(user);
        if (written is not null)
        {
            entry.CurrentValues.SetValues(written);
            entry.OriginalValues.SetValues(written);
        }
        else if (entry.State != EntityState.Detached)
        {
            entry.CurrentValues.SetValues(entry.OriginalValues);
        }

        if (entry.State == EntityState.Modified)
        {
            entry.State = EntityState.Unchanged;
        }
    }

    /// <summary>The event is saved with the change, or not at all.</summary>
    private async Task<IdentityResult> NotingAsync(User user, SecurityEventKind kind, Func<Task<IdentityResult>> change)
    {
        var noted = log.Add(user.Id, kind);
        try
        {
            var changed = await change();
            if (changed.Succeeded)
            {
                log.Tell(noted);
            }

            return changed;
        }
        finally
        {
            log.Forget(noted);
        }
    }

    private async Task<IdentityResult> WithdrawingAsync(RevocationCause cause, Func<Task<IdentityResult>> change)
    {
        _withdrawal = cause;
        try
        {
            return await change();
        }
        finally
        {
            _withdrawal = null;
        }
    }

    /// <summary>The live session in which the user acts upon themself.</summary>
    private Guid? SessionOf(User user) =>
        accessor.HttpContext?.Session() is { } session && session.User.Id == user.Id ? session.Session.Id : null;

    private RevocationActor Actor(User user) => accessor.HttpContext?.ByUser(user.Id)
        ?? new RevocationActor(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);
}
