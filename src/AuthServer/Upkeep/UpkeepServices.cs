using AuthServer.Grants;
using Microsoft.Extensions.Options;

namespace AuthServer.Upkeep;

/// <summary>What keeps the database true and small behind the requests. A slice adds its own <see cref="UpkeepJob"/>.</summary>
internal static class UpkeepServices
{
    // A session is found ended within a minute of its time; Liveness has refused it since.
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PruningInterval = TimeSpan.FromMinutes(10);

    public static void AddUpkeep(this IServiceCollection services)
    {
        services.AddSingleton<SessionExpiry>();
        services.AddSingleton<Sweeping>();
        services.AddSingleton<Pruning>();
        services.AddSingleton(provider => new UpkeepJob("session expiry", ExpiryInterval, provider.GetRequiredService<SessionExpiry>().RunAsync));
        services.AddSingleton(provider => new UpkeepJob("sweeping", SweepInterval, provider.GetRequiredService<Sweeping>().RunAsync));
        services.AddSingleton(provider => new UpkeepJob(
            "pruning",
            PruningInterval,
            token => provider.GetRequiredService<Pruning>().RunAsync(Times(provider.GetRequiredService<IOptions<AuthServerOptions>>().Value.Retention), token)));
        services.AddHostedService<UpkeepLoop>();
    }

    private static PruningTimes Times(RetentionOptions retention) => new(retention.Ended, retention.Deliveries) { Events = retention.Events };
}
