using AuthServer.Grants;

namespace AuthServer.Authorize;

/// <summary>The authorization endpoint and the consent page.</summary>
internal static class AuthorizeServices
{
    public static void AddAuthorize(this IServiceCollection services)
    {
        services.AddScoped<AuthorizationRequestReader>();
        services.AddScoped<Authorization>();
        services.AddSingleton<FamilyOpening>();
    }
}
