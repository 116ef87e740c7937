using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;

namespace AuthServer.Authorize;

/// <summary>
/// What a request says about how strong the sign-in must be (<c>acr_values</c>, OpenID Connect Core §3.1.2.1; <c>acr</c> in <c>claims</c>, §5.5.1.1;
/// RFC 9470 §5), held against the session that is there.
/// </summary>
internal static class StepUp
{
    /// <summary>The first level asked for that this user can reach is not reached: signing in again, with the second factor, would.</summary>
    public static bool IsNeeded(AuthorizationRequest request, SessionState session)
    {
        var level = AuthenticationContext.Of(session.Session.Amr);
        var wanted = request.Acr.Where(AuthenticationContext.IsKnown)
            .FirstOrDefault(acr => AuthenticationContext.Reaches(level, acr) || session.User.TwoFactorEnabled);
        return wanted is not null && !AuthenticationContext.Reaches(level, wanted);
    }

    /// <summary>Whether the sign-in should ask for the second factor whatever it remembers.</summary>
    public static bool WantsSecondFactor(AuthorizationRequest request) =>
        request.Acr.FirstOrDefault(AuthenticationContext.IsKnown) == AuthenticationContext.MultiFactor;

    /// <summary>The client cannot do with less, and less there is (§5.5.1.1). What was only asked for by <c>acr_values</c> is voluntary.</summary>
    public static bool IsUnmet(AuthorizationRequest request, LoginSession session) =>
        request.AcrEssential && Met(request, session) is null;

    /// <summary>The <c>acr</c> to state: what the session has, or the weaker one that is essential and contained in it.</summary>
    public static string Acr(AuthorizationRequest request, LoginSession session) =>
        (request.AcrEssential ? Met(request, session) : null) ?? AuthenticationContext.Of(session.Amr);

    private static string? Met(AuthorizationRequest request, LoginSession session)
    {
        var level = AuthenticationContext.Of(session.Amr);
        return request.Acr.Contains(level, StringComparer.Ordinal)
            ? level
            : request.Acr.Where(AuthenticationContext.IsKnown).FirstOrDefault(acr => AuthenticationContext.Reaches(level, acr));
    }
}
