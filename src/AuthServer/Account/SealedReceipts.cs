using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Account;

/// <summary>
/// Names a line of the ledger in an address, so that its receipt can be shown once the session that asked for it has ended. Only who withdrew
/// it was given the address.
/// </summary>
internal sealed class SealedReceipts(IDataProtectionProvider dataProtection)
{
    private readonly IDataProtector _protector = dataProtection.CreateProtector("AuthServer.Receipts.v1");

    public string Seal(Guid revocationId) => WebEncoders.Base64UrlEncode(_protector.Protect(revocationId.ToByteArray(bigEndian: true)));

    /// <summary>Null for anything we did not seal.</summary>
    public Guid? Open(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : new Guid(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)), bigEndian: true);
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
