using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>Seals signing keys into rows, and opens them again.</summary>
internal sealed class SigningKeySeal(IDataProtectionProvider protection, TimeProvider time)
{
    private readonly IDataProtector _seal = protection.CreateProtector("AuthServer.SigningKey");

    /// <summary>A new key that signs from <paramref name="signsFrom"/>. Not to be called in a unit: it makes a key and seals it.</summary>
    public SigningKey Make(string alg, DateTime signsFrom) => Seal(SigningKeyForm.Create(alg), alg, signsFrom);

    /// <summary>Takes over <paramref name="pkcs8"/>, and wipes it.</summary>
    public SigningKey Seal(byte[] pkcs8, string alg, DateTime signsFrom)
    {
        try
        {
            var credentials = SigningKeyForm.Open(pkcs8, alg);
            return new SigningKey
            {
                Kid = credentials.Kid,
                Alg = alg,
                SealedKey = _seal.Protect(pkcs8),
                PublicKey = SigningKeyForm.ExportPublic(SigningKeyForm.PublicPart(credentials.Key)),
                CreatedAt = time.GetUtcNow().UtcDateTime,
                SignsFrom = signsFrom,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <exception cref="StartupException">The row cannot be unsealed, or is another key's.</exception>
    public OpenedKey Open(ScheduledKey scheduled)
    {
        var row = scheduled.Key;
        try
        {
            if (row.SealedKey is null)
            {
                return new OpenedKey(scheduled, Credentials: null, SigningKeyForm.OpenPublic(row.PublicKey, row.Alg, row.Kid));
            }

            var credentials = Unseal(row.SealedKey, row.Alg);
            return credentials.Kid == row.Kid
                ? new OpenedKey(scheduled, credentials, SigningKeyForm.PublicPart(credentials.Key))
                : throw new CryptographicException("Another key is sealed under this kid.");
        }
        catch (CryptographicException fault)
        {
            throw new StartupException(
                $"The signing key {row.Kid} in the database cannot be unsealed: its row is damaged, or the ring it was sealed with is not the one in this database.",
                fault);
        }
    }

    private SigningCredentials Unseal(byte[] sealedKey, string alg)
    {
        var pkcs8 = _seal.Unprotect(sealedKey);
        try
        {
            return SigningKeyForm.Open(pkcs8, alg);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
