using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AuthServer.Protocol;

/// <summary>What every protocol endpoint shares.</summary>
internal static class ProtocolServices
{
    public static void AddProtocol(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthServerOptions>, ProxiesValidator>();
        services.AddSingleton<Issuer>();
        services.AddSingleton<SealedTokens>();
        services.AddSingleton<SignedTokens>();
        services.AddSingleton<Continuations>();
        services.AddSingleton<IPasswordHasher<Client>, PasswordHasher<Client>>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<FailureLimiter>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<IdTokenHints>();
        services.AddSingleton<FamilyRotation>();
        services.AddSingleton<ClientOrigins>();
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, ClientCors>();
        services.AddScoped<FrontChannelLogout>();
        services.AddScoped<ClientAuthentication>();
        services.AddScoped<AccessTokens>();
    }
}
