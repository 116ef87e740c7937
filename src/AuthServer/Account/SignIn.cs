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
    DecoyPassword decoy,
    Continuations continuations)
    : SignInManager<User>(users, accessor, principals, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(User user) => !user.Disabled && await base.CanSignInAsync(user);

    /// <summary>An unknown name costs the same hash as a wrong password: the time must not tell which it was.</summary>
    public override async Task<SignInResult> PasswordSignInAsync(string userName, string password, bool isPersistent, bool lockoutOnFailure)
    {
        if (await UserManager.FindByNameAsync(userName) is { } user)
        {
            return await PasswordSignInAsync(user, password, isPersistent, lockoutOnFailure);
        }

        decoy.Verify(password);
        return SignInResult.Failed;
    }

    /// <summary>So does an account that may not sign in, or has no password.</summary>
    public override async Task<SignInResult> CheckPasswordSignInAsync(User user, string password, bool lockoutOnFailure)
    {
        if (user.PasswordHash is null || !await CanSignInAsync(user))
        {
            decoy.Verify(password);
        }

        return await base.CheckPasswordSignInAsync(user, password, lockoutOnFailure);
    }

    /// <summary>A browser that is remembered for the second factor is asked for it all the same where a client wants it (RFC 9470).</summary>
    public override async Task<bool> IsTwoFactorClientRememberedAsync(User user) =>
        !continuations.WantsSecondFactor(ClientForms.ReturnUrlOf(Context.Request)) && await base.IsTwoFactorClientRememberedAsync(user);

    /// <summary>The session takes the user's epoch as it was before the password was checked: what was withdrawn since withdraws it too.</summary>
    public override Task SignInWithClaimsAsync(
        User user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        var properties = authenticationProperties ?? new AuthenticationProperties();
        SessionCookie.PutEpoch(properties, user.Epoch);
        return base.SignInWithClaimsAsync(user, properties, additionalClaims);
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
