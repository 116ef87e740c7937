using System.Globalization;
using System.Security.Claims;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AuthServer.Account;

/// <summary>
/// Binds the cookie of a browser that is not asked for the second factor to the user's epoch: what withdraws everything the user holds withdraws this, too. Identity
/// looks at its security stamp every half hour.
/// </summary>
internal static class RememberedBrowser
{
    private const string EpochClaim = "authserver:epoch";

    public static Task SignInAsync(CookieSigningInContext context)
    {
        var epoch = SecondStep.Epoch(context.HttpContext) ?? throw new InvalidOperationException("A browser is remembered by its second step.");
        ((ClaimsIdentity)context.Principal!.Identity!).AddClaim(new Claim(EpochClaim, epoch.ToString(CultureInfo.InvariantCulture)));
        return Task.CompletedTask;
    }

    /// <summary>Whether nothing was withdrawn since <paramref name="remembered"/> was made.</summary>
    public static bool Holds(ClaimsPrincipal? remembered, User user) =>
        remembered?.FindFirstValue(EpochClaim) == user.Epoch.ToString(CultureInfo.InvariantCulture);
}
