using System.Security.Cryptography;
using System.Xml;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace AuthServer.Keys;

/// <summary>
/// The Data Protection ring: in the database, encrypted with the installation's certificate. Whoever seals is given this key manager when
/// the host is put together; what is behind it is built at first use, when the configuration is whole and the database there.
/// </summary>
internal sealed class DataProtectionRing : IKeyManager, IDisposable
{
    /// <summary>Part of every purpose: what another name sealed is foreign. Never changed.</summary>
    public const string ApplicationName = "AuthServer";

    private readonly RingRepository _repository;
    private readonly Lazy<ServiceProvider> _container;

    public DataProtectionRing(RingRepository repository, RingCertificates certificates, ILoggerFactory loggers)
    {
        _repository = repository;
        _container = new(() => Build(repository, certificates, loggers));
    }

    private IKeyManager Keys => _container.Value.GetRequiredService<IKeyManager>();

    public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) => Keys.CreateNewKey(activationDate, expirationDate);

    public IReadOnlyCollection<IKey> GetAllKeys() => Keys.GetAllKeys();

    public CancellationToken GetCacheExpirationToken() => Keys.GetCacheExpirationToken();

    public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null) => Keys.RevokeAllKeys(revocationDate, reason);

    public void RevokeKey(Guid keyId, string? reason = null) => Keys.RevokeKey(keyId, reason);

    /// <summary>Unseals every element now. Left alone, the framework logs what it cannot read and makes a new key beside it.</summary>
    /// <exception cref="StartupException">An element cannot be unsealed.</exception>
    public void Unseal()
    {
        try
        {
            // The elements first: another node that starts now may add one in between, never take one away.
            var elements = _repository.GetAllElements();
            var keys = GetAllKeys();
            var read = keys.Select(key => key.KeyId).ToHashSet();
            foreach (var element in elements.Where(element => element.Name == "key"))
            {
                if (!Guid.TryParse(element.Attribute("id")?.Value, out var id) || !read.Contains(id))
                {
                    throw Refused($"Element '{element.Attribute("id")?.Value}' is not a key this server knows how to read.", cause: null);
                }
            }

            foreach (var key in keys.Where(key => !key.IsRevoked))
            {
                Unseal(key);
            }
        }
        catch (XmlException fault)
        {
            throw Refused("An element is not XML.", fault);
        }
    }

    public void Dispose()
    {
        if (_container.IsValueCreated)
        {
            _container.Value.Dispose();
        }
    }

    private static ServiceProvider Build(RingRepository repository, RingCertificates certificates, ILoggerFactory loggers)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddDataProtection()
            .SetApplicationName(ApplicationName)

            // New keys: shorter tokens and less work than with CBC and HMAC. What older keys sealed, they open.
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM })
            .AddKeyManagementOptions(options => options.XmlRepository = repository)
            .ProtectKeysWithCertificate(certificates.LoadCurrent())
            .UnprotectKeysWithAnyCertificate(certificates.LoadRetired());
        return services.BuildServiceProvider();
    }

    private static void Unseal(IKey key)
    {
        try
        {
            if (key.CreateEncryptor() is null)
            {
                throw Refused($"Key {key.KeyId} is of a kind this server does not know.", cause: null);
            }
        }
        catch (Exception fault) when (fault is CryptographicException or XmlException or FormatException or InvalidOperationException)
        {
            throw Refused($"Key {key.KeyId} was sealed with another certificate, or is damaged.", fault);
        }
    }

    private static StartupException Refused(string what, Exception? cause) => new(
        $"The Data Protection ring in the database cannot be unsealed. {what} Put back the certificate it was sealed with "
        + $"({RingOptions.Section}:{nameof(RingOptions.Certificate)}), or list it under {RingOptions.Section}:{nameof(RingOptions.Retired)}.",
        cause);
}
