using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>Reads a signing key that was made elsewhere.</summary>
internal static class SigningKeyFile
{
    private const int MinRsaKeySize = 2048;

    /// <summary>The private key as PKCS#8, which is secret, and the algorithm it signs with.</summary>
    /// <exception cref="StartupException">It cannot be read, or is no key to sign with; the message names <paramref name="key"/>.</exception>
    public static (byte[] Pkcs8, string Alg) Read(CertificateFile file, string key)
    {
        if (string.IsNullOrEmpty(file.Path) || !File.Exists(file.Path))
        {
            throw new StartupException($"{key}:{nameof(CertificateFile.Path)}: '{file.Path}' does not exist.");
        }

        try
        {
            using var opened = Path.GetExtension(file.Path).ToUpperInvariant() is ".PFX" or ".P12" ? ReadPkcs12(file) : ReadPem(file);
            return opened switch
            {
                RSA { KeySize: >= MinRsaKeySize } rsa => (rsa.ExportPkcs8PrivateKey(), SecurityAlgorithms.RsaSha256),
                ECDsa ec when ec.ExportParameters(includePrivateParameters: false).Curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256" =>
                    (ec.ExportPkcs8PrivateKey(), SecurityAlgorithms.EcdsaSha256),
                _ => throw new StartupException($"{key}: '{file.Path}' holds neither an RSA key of {MinRsaKeySize} bits or more nor a P-256 key."),
            };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{key}: '{file.Path}' cannot be read as a private key, or its password is wrong.", fault);
        }
    }

    private static AsymmetricAlgorithm? ReadPkcs12(CertificateFile file)
    {
        using var certificate = X509CertificateLoader.LoadPkcs12FromFile(file.Path!, file.Password, X509KeyStorageFlags.Exportable);
        return certificate.GetRSAPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey();
    }

    private static AsymmetricAlgorithm ReadPem(CertificateFile file)
    {
        var pem = File.ReadAllText(file.Path!);
        try
        {
            return Import(RSA.Create(), pem, file.Password);
        }
        catch (Exception other) when (other is CryptographicException or ArgumentException)
        {
            return Import(ECDsa.Create(), pem, file.Password);
        }
    }

    private static AsymmetricAlgorithm Import(AsymmetricAlgorithm key, string pem, string? password)
    {
        if (password is null)
        {
            key.ImportFromPem(pem);
        }
        else
        {
            key.ImportFromEncryptedPem(pem, password);
        }

        return key;
    }
}
