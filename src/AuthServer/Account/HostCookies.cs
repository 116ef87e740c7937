using AuthServer.Protocol;

namespace AuthServer.Account;

/// <summary>What all our cookies have in common: for this host alone, never read by a script, not sent along by other sites' forms.</summary>
internal static class HostCookies
{
    public static void Apply(CookieBuilder cookie, Issuer issuer, string name)
    {
        // Browsers take the __Host- prefix over https alone (RFC 6265bis §4.1.3.2).
        cookie.Name = issuer.IsHttps ? $"__Host-{name}" : name;
        cookie.SecurePolicy = issuer.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.Path = "/";
        cookie.Domain = null;
    }
}
