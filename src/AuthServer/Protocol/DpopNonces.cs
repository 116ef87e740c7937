using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Protocol;

/// <summary>
/// The server's nonces for DPoP proofs (RFC 9449 §8): sealed instants. Every node reads every node's, none is stored, and a proof with one was
/// made after it.
/// </summary>
internal sealed class DpopNonces(IDataProtectionProvider dataProtection, TimeProvider time)
{
    /// <summary>How long one is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const string Header = "DPoP-Nonce";
    private const int MaxLength = 512;

    private readonly IDataProtector _protector = dataProtection.CreateProtector("AuthServer.DpopNonces.v1");

    /// <summary>When it was given out; null for one that is too old, or not ours.</summary>
    public DateTime? Read(string nonce)
    {
        if (nonce.Length > MaxLength)
        {
            return null;
        }

        try
        {
            var bytes = _protector.Unprotect(WebEncoders.Base64UrlDecode(nonce));
            var givenAt = new DateTime(BinaryPrimitives.ReadInt64BigEndian(bytes), DateTimeKind.Utc);
            return Age(givenAt) < Lifetime ? givenAt : null;
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Sends a new one with the answer (RFC 9449 §8.2), unless the one the client has is good for a while yet.</summary>
    public void Renew(HttpContext context, DateTime? givenAt)
    {
        if (givenAt is null || Age(givenAt.Value) > Lifetime / 2)
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, time.GetUtcNow().UtcTicks);
            context.Response.Headers[Header] = WebEncoders.Base64UrlEncode(_protector.Protect(bytes));
        }
    }

    private TimeSpan Age(DateTime givenAt) => time.GetUtcNow().UtcDateTime - givenAt;
}
