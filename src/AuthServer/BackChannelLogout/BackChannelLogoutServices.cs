namespace AuthServer.BackChannelLogout;

/// <summary>Tells relying parties and people what was withdrawn.</summary>
internal static class BackChannelLogoutServices
{
    public static void AddBackChannelLogout(this IServiceCollection services)
    {
        services.AddSingleton<LogoutTokens>();
        services.AddSingleton<LogoutNotices>();
        services.AddSingleton<MailNotices>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<DeliveryDispatcher>();
        services.AddHostedService<DeliveryLoop>();
    }
}
