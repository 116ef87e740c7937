using Microsoft.AspNetCore.Authorization;

namespace AuthServer.Admin;

/// <summary>The operator API.</summary>
internal static class AdminServices
{
    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, ApiAccess>();
        services.AddScoped<Targets>();
        services.AddScoped<ClientSecretRotation>();
        services.AddScoped<TokenExplanations>();
    }

    /// <summary>Role <c>admin</c> for everything but explain, which tells everybody about their own tokens.</summary>
    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        var people = endpoints.MapGroup(ApiAccess.Path).RequireAuthorization().DisableAntiforgery();
        people.MapExplain();

        var operators = people.MapGroup("").RequireAuthorization(policy => policy.RequireRole(ApiAccess.Operator));
        operators.MapPreviews();
        operators.MapRevocations();
        operators.MapUsers();
        operators.MapClients();
        operators.MapDeliveries();
        operators.MapLedger();
    }
}
