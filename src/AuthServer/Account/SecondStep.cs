using System.Globalization;
using System.Security.Claims;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Account;

/// <summary>
/// Binds the cookie between password and second factor to the user as they were when the password was checked. Identity's holds the id alone: a
/// password changed, or everything withdrawn, between the steps would not be noticed by the second.
/// </summary>
internal static class SecondStep
{
    private const string EpochClaim = "authserver:epoch";
    private const string StampClaim = "authserver:stamp";

    private static readonly object Begun = new();
    private static readonly object EpochKey = new();

    /// <summary>Says whose second step begins, before its cookie is made.</summary>
    public static void Begin(HttpContext context, User user) => context.Items[Begun] = user;

    /// <summary>The user's epoch at the first step; null: this request is no second step.</summary>
    public static int? Epoch(HttpContext context) => context.Items[EpochKey] as int?;

    public static Task SignInAsync(CookieSigningInContext context)
    {
        var user = (User?)context.HttpContext.Items[Begun] ?? throw new InvalidOperationException("A second step without a first.");
        ((ClaimsIdentity)context.Principal!.Identity!).AddClaims(
        [
            new Claim(EpochClaim, user.Epoch.ToString(CultureInfo.InvariantCulture)),
            new Claim(StampClaim, user.SecurityStamp ?? ""),
        ]);
        return Task.CompletedTask;
    }

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var (http, principal) = (context.HttpContext, context.Principal!);
        if (Guid.TryParse(principal.FindFirstValue(ClaimTypes.Name), out var id)
            && int.TryParse(principal.FindFirstValue(EpochClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && principal.FindFirstValue(StampClaim) is { } stamp)
        {
            var db = http.RequestServices.GetRequiredService<AuthServerDbContext>();
            if (await db.Users.AnyAsync(u => u.Id == id && !u.Disabled && u.Epoch == epoch && (u.SecurityStamp ?? "") == stamp, http.RequestAborted))
            {
                // The session is born with it: what is withdrawn after this question withdraws the session, too.
                http.Items[EpochKey] = (int?)epoch;
                return;
            }
        }

        context.RejectPrincipal();
    }
}
