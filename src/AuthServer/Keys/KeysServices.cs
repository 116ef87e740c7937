using AuthServer.Upkeep;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace AuthServer.Keys;

/// <summary>The Data Protection ring and the signing keys.</summary>
internal static class KeysServices
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RotationInterval = TimeSpan.FromMinutes(10);

    public static void AddKeys(this IServiceCollection services)
    {
        services.AddOptions<RingOptions>().BindConfiguration(RingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RingOptions>, KnownSettings<RingOptions>>();
        services.AddSingleton<RingCertificates>();
        services.AddSingleton<RingRepository>();
        services.AddSingleton<DataProtectionRing>();
        services.AddSingleton<IKeyManager>(provider => provider.GetRequiredService<DataProtectionRing>());
        services.AddDataProtection().SetApplicationName(DataProtectionRing.ApplicationName);
        services.AddSingleton<SigningKeySeal>();
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<SigningKeyRotation>();
        services.AddSingleton(provider => new UpkeepJob("refreshing the signing keys", RefreshInterval, provider.GetRequiredService<SigningKeyRing>().RefreshAsync));
        services.AddSingleton(provider => new UpkeepJob(
            "rotating the signing keys", RotationInterval, provider.GetRequiredService<SigningKeyRotation>().RunAsync) { AtStart = true });
        services.AddSingleton<KeyPreparation>();
    }
}
