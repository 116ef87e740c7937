using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Account;

/// <summary>
/// What the session cookie holds: the session's id and its random key, sealed. Everything else is read from the database at every request,
/// so that nothing in the cookie can be stale.
/// </summary>
internal sealed class SessionTicketFormat(IDataProtectionProvider dataProtection) : ISecureDataFormat<AuthenticationTicket>
{
    private readonly IDataProtector _protector = dataProtection.CreateProtector("AuthServer.SessionCookie.v1");

    public string Protect(AuthenticationTicket data) => Protect(data, purpose: null);

    public string Protect(AuthenticationTicket data, string? purpose)
    {
        var key = SessionKey.Of(data.Properties) ?? throw new InvalidOperationException("A session cookie without a session.");
        return WebEncoders.Base64UrlEncode(_protector.Protect(key.ToBytes()));
    }

    public AuthenticationTicket? Unprotect(string? protectedText) => Unprotect(protectedText, purpose: null);

    public AuthenticationTicket? Unprotect(string? protectedText, string? purpose)
    {
        if (string.IsNullOrEmpty(protectedText))
        {
            return null;
        }

        try
        {
            if (SessionKey.FromBytes(_protector.Unprotect(WebEncoders.Base64UrlDecode(protectedText))) is not { } key)
            {
                return null;
            }

            var properties = new AuthenticationProperties();
            key.Put(properties);
            return new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity()), properties, IdentityConstants.ApplicationScheme);
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
