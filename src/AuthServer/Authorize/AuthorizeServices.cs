using AuthServer.Grants;

namespace AuthServer.Authorize;

/// <summary>The authorization endpoint, the consent page, and requests that are pushed before.</summary>
internal static class AuthorizeServices
{
    public static void AddAuthorize(this IServiceCollection services)
    {
        services.AddScoped<AuthorizationRequestReader>();
        services.AddScoped<Authorization>();
        services.AddScoped<PushedRequests>();
        services.AddSingleton<FamilyOpening>();
        services.AddSingleton<ConsentAnswers>();
    }
}
