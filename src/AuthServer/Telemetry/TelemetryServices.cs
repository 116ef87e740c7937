using AuthServer.Upkeep;
using Microsoft.Extensions.Options;

namespace AuthServer.Telemetry;

/// <summary>What this server counts.</summary>
internal static class TelemetryServices
{
    private static readonly TimeSpan TallyInterval = TimeSpan.FromMinutes(1);

    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<TokenMetrics>();
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<IHttpContextFactory, NamedRequests>();
        services.AddSingleton<IValidateOptions<AuthServerOptions>, TelemetryValidator>();
        services.AddSingleton<MetricsListener>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsListener>());
        services.AddHostedService<TelemetryExport>();
        services.AddSingleton<Tallies>();
        services.AddHostedService(provider => provider.GetRequiredService<Tallies>());
        services.AddSingleton(provider => new UpkeepJob("tallying", TallyInterval, provider.GetRequiredService<Tallies>().RunAsync));
    }
}
