using System.Globalization;
using System.Security.Claims;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Account;

/// <summary>
/// The cookie of a login session. Every request with it asks Liveness; every sign-in makes a session, or a new key for the one there is.
/// </summary>
internal sealed class SessionCookie(Issuer issuer, IDataProtectionProvider dataProtection) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    private const string EpochName = "user_epoch";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [IdentityConstants.ApplicationScheme] = "authserver",
        [IdentityConstants.ExternalScheme] = "authserver-external",
        [IdentityConstants.TwoFactorUserIdScheme] = "authserver-second-step",
        [IdentityConstants.TwoFactorRememberMeScheme] = "authserver-remembered",
    };

    /// <summary>Hands the user's epoch to the sign-in that follows.</summary>
    public static void PutEpoch(AuthenticationProperties properties, int epoch) => properties.SetParameter<int?>(EpochName, epoch);

    public void Configure(CookieAuthenticationOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name is not null && Names.TryGetValue(name, out var cookie))
        {
            HostCookies.Apply(options.Cookie, issuer, cookie);
        }

        if (name == IdentityConstants.TwoFactorUserIdScheme)
        {
            options.Events.OnSigningIn = SecondStep.SignInAsync;
            options.Events.OnValidatePrincipal = SecondStep.ValidateAsync;
        }

        if (name == IdentityConstants.TwoFactorRememberMeScheme)
        {
            options.Events.OnSigningIn = RememberedBrowser.SignInAsync;
        }

        if (name != IdentityConstants.ApplicationScheme)
        {
            return;
        }

        options.TicketDataFormat = new SessionTicketFormat(dataProtection);
        options.SlidingExpiration = false;
        options.Events.OnValidatePrincipal = ValidateAsync;
        options.Events.OnSigningIn = SignInAsync;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var sessions = http.RequestServices.GetRequiredService<LoginSessions>();
        var state = SessionKey.Of(context.Properties) is { } key ? await sessions.FindAsync(key, http.RequestAborted) : null;
        http.SetSession(state);
        if (state is null)
        {
            context.RejectPrincipal();
        }
        else
        {
            context.ReplacePrincipal(Principal(state));
        }
    }

    private static async Task SignInAsync(CookieSigningInContext context)
    {
        var http = context.HttpContext;
        await http.AuthenticateAsync(IdentityConstants.ApplicationScheme);

        var userId = Guid.Parse(context.Principal!.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);
        var amr = ScopeText.Join(context.Principal!.FindAll("amr").Select(claim => claim.Value).DefaultIfEmpty("pwd"));
        var epoch = context.Properties.GetParameter<int?>(EpochName) ?? throw new InvalidOperationException("A sign-in without an epoch.");
        var sessions = http.RequestServices.GetRequiredService<LoginSessions>();
        var (key, expiresAt) = await sessions.BeginAsync(http, userId, epoch, amr, context.Properties.IsPersistent, http.RequestAborted);
        key.Put(context.Properties);
        context.Properties.ExpiresUtc = new DateTimeOffset(expiresAt, TimeSpan.Zero);
    }

    private static ClaimsPrincipal Principal(SessionState state)
    {
        var (session, user) = (state.Session, state.User);
        var identity = new ClaimsIdentity(IdentityConstants.ApplicationScheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, user.Id.ToString()));
        identity.AddClaim(new Claim(ClaimTypes.Name, user.UserName ?? user.Id.ToString()));
        identity.AddClaim(new Claim(JwtRegisteredClaimNames.Sid, session.Id.ToString()));
        identity.AddClaim(new Claim(
            JwtRegisteredClaimNames.AuthTime, EpochTime.GetIntDate(session.AuthTime).ToString(CultureInfo.InvariantCulture)));
        identity.AddClaims(ScopeText.Split(session.Amr).Select(method => new Claim(JwtRegisteredClaimNames.Amr, method)));
        identity.AddClaims(state.Roles.Select(role => new Claim(ClaimTypes.Role, role)));
        return new ClaimsPrincipal(identity);
    }
}
