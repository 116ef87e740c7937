using AuthServer.Upkeep;

namespace AuthServer.Ledger;

/// <summary>Seals the ledger, verifies it, and shortens it.</summary>
internal static class LedgerServices
{
    private static readonly TimeSpan SealInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan VerificationInterval = TimeSpan.FromDays(1);

    private static readonly TimeSpan PruningInterval = TimeSpan.FromMinutes(10);

    public static void AddLedger(this IServiceCollection services)
    {
        services.AddSingleton<SealSigning>();
        services.AddSingleton<LedgerSealer>();
        services.AddSingleton<LedgerVerification>();
        services.AddSingleton<LedgerPruning>();
        services.AddSingleton(provider => new UpkeepJob("sealing the ledger", SealInterval, provider.GetRequiredService<LedgerSealer>().RunAsync));
        services.AddSingleton(provider => new UpkeepJob(
            "verifying the ledger", VerificationInterval, provider.GetRequiredService<LedgerVerification>().RunAsync) { AtStart = true });
        services.AddSingleton(provider => new UpkeepJob("pruning the ledger", PruningInterval, provider.GetRequiredService<LedgerPruning>().RunAsync));
    }
}
