using Microsoft.Extensions.Options;

namespace AuthServer.Outbound;

/// <summary>Calls to addresses that clients registered.</summary>
internal static class OutboundServices
{
    private const int MaxHeaderKilobytes = 16;

    public static void AddOutbound(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthServerOptions>, OutboundValidator>();
        services.AddSingleton<OutboundNetworks>();
        services.AddSingleton<OutboundConnection>();
        services.AddSingleton<OutboundHttp>();

        // Its own loggers would write down whole addresses, queries too.
        services.AddHttpClient(OutboundHttp.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => Handler(provider.GetRequiredService<OutboundConnection>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }

    private static SocketsHttpHandler Handler(OutboundConnection connection) => new()
    {
        ConnectCallback = connection.ConnectAsync,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}
