using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.Keys;

/// <summary>Reads and makes the file of the certificate that encrypts the ring.</summary>
internal static class RingCertificate
{
    private const int KeySize = 3072;

    /// <exception cref="StartupException">There is no such certificate; the message names <paramref name="key"/>.</exception>
    public static X509Certificate2 Load(string path, string? password, string key)
    {
        if (!File.Exists(path))
        {
            throw new StartupException($"{key}: '{path}' does not exist.");
        }

        X509Certificate2 certificate;
        try
        {
            certificate = Path.GetExtension(path).ToUpperInvariant() is ".PEM" or ".CRT"
                ? LoadPem(path, password)
                : X509CertificateLoader.LoadPkcs12FromFile(path, password);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{key}: '{path}' cannot be read as a certificate with its private key, or its password is wrong.", fault);
        }

        using var privateKey = certificate.GetRSAPrivateKey();
        return privateKey is not null
            ? certificate
            : throw new StartupException($"{key}: '{path}' holds no RSA private key; the ring could be sealed with it, but never unsealed.");
    }

    /// <summary>Makes a certificate nobody else has. The file is never readable by others, and never there in part.</summary>
    public static void Create(string path, DateTimeOffset now)
    {
        using var rsa = RSA.Create(KeySize);
        var request = new CertificateRequest("CN=AuthServer Data Protection", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment, critical: true));

        // RFC 5280 §4.1.2.5: no well-defined expiration. It only carries a key; nobody else is asked to trust it.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero));
        var pfx = certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, password: null);

        var draft = path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(pfx);
            file.Flush(flushToDisk: true);
        }

        CryptographicOperations.ZeroMemory(pfx);
        File.Move(draft, path, overwrite: false);
    }

    private static X509Certificate2 LoadPem(string path, string? password) => password is null
        ? X509Certificate2.CreateFromPemFile(path)
        : X509Certificate2.CreateFromEncryptedPemFile(path, password);
}
