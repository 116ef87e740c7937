namespace AuthServer.EndSession;

/// <summary>The end session endpoint and its question.</summary>
internal static class EndSessionServices
{
    public static void AddEndSession(this IServiceCollection services)
    {
        services.AddScoped<EndSessionReader>();
        services.AddScoped<SessionEnd>();
    }
}
