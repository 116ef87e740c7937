using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Account;

/// <summary>
/// Seals the address of somebody who wants an account into the link that is mailed to it. Until the link is used nothing of it is stored: no
/// stranger can make a row, or choose the password, of an account at somebody else's address.
/// </summary>
internal sealed class Registrations(IDataProtectionProvider dataProtection, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly IDataProtector _protector = dataProtection.CreateProtector("AuthServer.Registrations.v1");

    public string Seal(string address) =>
        WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(new Registration(address, time.GetUtcNow().UtcDateTime))));

    /// <summary>The address that a link proves; null for one that we did not seal, or older than a day.</summary>
    public string? Open(string? link)
    {
        try
        {
            return !string.IsNullOrEmpty(link)
                && JsonSerializer.Deserialize<Registration>(_protector.Unprotect(WebEncoders.Base64UrlDecode(link))) is { } registration
                && time.GetUtcNow().UtcDateTime - registration.AskedAt <= Lifetime ? registration.Address : null;
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private sealed record Registration(string Address, DateTime AskedAt);
}
