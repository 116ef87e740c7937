using System.Security.Cryptography.X509Certificates;
using AuthServer.Database;
using AuthServer.Grants;
using Microsoft.Extensions.Options;

namespace AuthServer.Keys;

/// <summary>The certificates of the ring: the one that seals, and those that only unseal any more.</summary>
internal sealed partial class RingCertificates(
    IOptions<RingOptions> options,
    IOptions<DatabaseOptions> database,
    PlainReader reader,
    TimeProvider time,
    ILogger<RingCertificates> logger)
{
    private const string CertificateKey = $"{RingOptions.Section}:{nameof(RingOptions.Certificate)}:{nameof(CertificateFile.Path)}";

    /// <exception cref="StartupException">A certificate is missing or cannot be used.</exception>
    public X509Certificate2 LoadCurrent()
    {
        var configured = options.Value.Certificate;
        return string.IsNullOrEmpty(configured.Path) ? LoadBesideDatabase() : RingCertificate.Load(configured.Path, configured.Password, CertificateKey);
    }

    /// <exception cref="StartupException">A certificate is missing or cannot be used.</exception>
    public X509Certificate2[] LoadRetired() => [.. options.Value.Retired.Select((file, index) =>
    {
        var key = $"{RingOptions.Section}:{nameof(RingOptions.Retired)}:{index}:{nameof(CertificateFile.Path)}";
        return string.IsNullOrEmpty(file.Path)
            ? throw new StartupException($"{key} is required.")
            : RingCertificate.Load(file.Path, file.Password, key);
    })];

    private X509Certificate2 LoadBesideDatabase()
    {
        if (DatabaseFile() is not { Length: > 0 } file)
        {
            throw new StartupException(
                $"{CertificateKey} is required on PostgreSQL and on a database in memory: the path of a certificate with an RSA private key "
                + "(.pfx or .pem), the same on every node. The keys in the database are encrypted with it.");
        }

        var path = Path.ChangeExtension(file, ".pfx");
        if (!File.Exists(path))
        {
            if (reader.Read("""SELECT "FriendlyName" FROM "DataProtectionKeys" LIMIT 1""", row => row.GetString(0)).Count > 0)
            {
                throw new StartupException(
                    $"'{path}' is missing, and the keys in the database are encrypted with it. Put it back from the backup; or, where another "
                    + $"certificate is in use, set {CertificateKey}.");
            }

            RingCertificate.Create(path, time.GetUtcNow());
            LogCreated(logger, path);
        }

        return RingCertificate.Load(path, password: null, CertificateKey);
    }

    /// <summary>The file as SQLite itself names it; empty for a database in memory, null where there is no file at all.</summary>
    private string? DatabaseFile() => database.Value.Provider == DatabaseProvider.Sqlite
        ? reader.Read("SELECT file FROM pragma_database_list WHERE name = 'main'", row => row.GetString(0)).Single()
        : null;

    [LoggerMessage(2001, LogLevel.Information, "Made the certificate {Path}. Back it up with the database: without it the keys in there are lost.")]
    private static partial void LogCreated(ILogger logger, string path);
}
