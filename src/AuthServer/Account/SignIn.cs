using System.Security.Claims;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>Identity's sign-in, on login sessions: signing out withdraws the session and everything in it before the cookie goes.</summary>
internal sealed class SignIn(
    UserManager<User> users,
    IHttpContextAccessor accessor,
    IUserClaimsPrincipalFactory<User> principals,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<User>> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<User> confirmation,
    RevocationCascade cascade,
    UnknownNames unknown,
    DecoyPassword decoy,
    FailedSignIns failures,
    Continuations continuations)
    : SignInManager<User>(users, accessor, principals, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(User user) => !user.Disabled && await base.CanSignInAsync(user);

    /// <summary>
    /// A name that nobody has, or an account that may not sign in or has no password, is answered as a wrong password is: after the same work, and
    /// with the same pause after as many tries.
    /// </summary>
    public override async Task<SignInResult> PasswordSignInAsync(string userName, string password, bool isPersistent, bool lockoutOnFailure) =>
        await UserManager.FindByNameAsync(userName) is { PasswordHash: not null } user && await CanSignInAsync(user)
            ? await PasswordSignInAsync(user, password, isPersistent, lockoutOnFailure)
            : await FailAsync(UserManager.NormalizeName(userName)!, password);

    /// <summary>
    /// A browser that is remembered for the second factor is asked for it all the same where a client wants it (RFC 9470), or where everything was
    /// withdrawn since.
    /// </summary>
    public override async Task<bool> IsTwoFactorClientRememberedAsync(User user) =>
        !continuations.WantsSecondFactor(ClientForms.ReturnUrlOf(Context.Request))
        && await base.IsTwoFactorClientRememberedAsync(user)
        && RememberedBrowser.Holds((await Context.AuthenticateAsync(IdentityConstants.TwoFactorRememberMeScheme)).Principal, user);

    /// <summary>The session takes the user's epoch as it was before the password was checked: what was withdrawn since withdraws it too.</summary>
    public override Task SignInWithClaimsAsync(
        User user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        var properties = authenticationProperties ?? new AuthenticationProperties();
        SessionCookie.PutEpoch(properties, SecondStep.Epoch(Context) ?? user.Epoch);
        return base.SignInWithClaimsAsync(user, properties, additionalClaims);
    }

    /// <summary>When the pause after too many tries ends for this name, whether anybody has it or not; null: there is none.</summary>
    public async Task<DateTimeOffset?> PausedUntilAsync(string userName) => await UserManager.FindByNameAsync(userName) is { } user
        && await UserManager.IsLockedOutAsync(user) ? user.LockoutEnd : unknown.PausedUntil(UserManager.NormalizeName(userName)!);

    /// <summary>What a wrong password at this moment would give somebody of this name, after the same work.</summary>
    private async Task<SignInResult> FailAsync(string normalizedName, string password)
    {
        if (unknown.IsPaused(normalizedName))
        {
            return SignInResult.LockedOut;
        }

        decoy.Verify(UserManager.PasswordHasher, password);
        var paused = unknown.Count(normalizedName);
        await failures.WriteForNobodyAsync(paused);
        return paused ? SignInResult.LockedOut : SignInResult.Failed;
    }

    protected override Task<SignInResult> SignInOrTwoFactorAsync(User user, bool isPersistent, string? loginProvider = null, bool bypassTwoFactor = false)
    {
        SecondStep.Begin(Context, user);
        return base.SignInOrTwoFactorAsync(user, isPersistent, loginProvider, bypassTwoFactor);
    }

    /// <summary>Nothing to refresh: the principal is read from the database at every request.</summary>
    public override Task RefreshSignInAsync(User user) => Task.CompletedTask;

    /// <summary>Withdraws the session; where that fails, nobody is signed out and the caller answers 503.</summary>
    public override async Task SignOutAsync()
    {
        if (Context.Session() is { } current)
        {
            await cascade.RevokeAsync(
                new RevocationTarget.Session(current.Session.Id),
                RevocationCause.SignOut,
                Context.ByUser(current.User.Id),
                CancellationToken.None);
            Context.SetSession(null);
        }

        await base.SignOutAsync();
    }
}
