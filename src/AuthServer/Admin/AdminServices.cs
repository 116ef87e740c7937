using AuthServer.Grants;
using AuthServer.Pages;
using AuthServer.Upkeep;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin;

/// <summary>The operator's pages and API.</summary>
internal static class AdminServices
{
    private const string Folder = "/Admin/Pages";

    private static readonly TimeSpan BulkInterval = TimeSpan.FromSeconds(1);

    public static void AddAdmin(this IServiceCollection services)
    {
        // What does not fit the endpoint is refused before it runs, without a word of its own.
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => context.ProblemDetails.Detail ??=
            context.ProblemDetails.Status == StatusCodes.Status400BadRequest ? ApiProblems.DoesNotFit : null);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, ApiAccess>();
        services.AddAuthorizationBuilder().AddPolicy(ApiAccess.Operator, policy => policy.RequireRole(ApiAccess.Operator));
        services.Configure<RazorPagesOptions>(pages => pages.Conventions.AuthorizeFolder(Folder, ApiAccess.Operator));
        services.AddScoped<Targets>();
        services.AddScoped<ClientSecretRotation>();
        services.AddScoped<ClientEditing>();
        services.AddScoped<UserEditing>();
        services.AddScoped<PasswordLinks>();
        services.AddScoped<CredentialResets>();
        services.AddScoped<FallingTree>();
        services.AddScoped<TokenExplanations>();
        services.AddSingleton(provider => new UpkeepJob(
            "bulk withdrawals", BulkInterval, provider.GetRequiredService<BulkWithdrawals>().RunAsync) { AtStart = true });
    }

    /// <summary>Role <c>admin</c> for everything but explain, which tells everybody about their own tokens.</summary>
    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        var people = endpoints.MapGroup(ApiAccess.Path).RequireAuthorization().DisableAntiforgery().AddEndpointFilter(new ApiNulRefusal());
        people.MapExplain();

        var operators = people.MapGroup("").RequireAuthorization(ApiAccess.Operator);
        operators.MapPreviews();
        operators.MapLedger();
        operators.MapRevocations();

        var changes = operators.MapGroup("").AddEndpointFilter(new ApiFreshSignIn(endpoints.ServiceProvider.GetRequiredService<FreshSignIn>()));
        changes.MapWithdrawing();
        changes.MapUsers();
        changes.MapClients();
        operators.MapDeliveries();

        var pages = endpoints.MapGroup(ApiAccess.Pages).RequireAuthorization(ApiAccess.Operator).AllowCookieRedirect().AddEndpointFilter(new ApiNulRefusal());
        pages.MapProgress();
        pages.MapLedgerExport();
    }
}
