using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace AuthServer.Keys;

/// <summary>The Data Protection ring and the signing keys.</summary>
internal static class KeysServices
{
    public static void AddKeys(this IServiceCollection services)
    {
        services.AddOptions<RingOptions>().BindConfiguration(RingOptions.Section);
        services.AddSingleton<RingCertificates>();
        services.AddSingleton<RingRepository>();
        services.AddSingleton<DataProtectionRing>();
        services.AddSingleton<IKeyManager>(provider => provider.GetRequiredService<DataProtectionRing>());
        services.AddDataProtection().SetApplicationName(DataProtectionRing.ApplicationName);
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<KeyPreparation>();
    }
}
