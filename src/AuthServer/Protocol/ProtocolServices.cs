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
        services.AddSingleton<CryptoMetrics>();
        services.AddSingleton<SignedTokens>();
        services.AddSingleton<Continuations>();
        services.AddSingleton<IPasswordHasher<Client>, PasswordHasher<Client>>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<FailureLimiter>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<IdTokenHints>();
        services.AddSingleton<HistoryWatch>();
        services.AddSingleton<FamilyRotation>();
        services.AddSingleton<DeviceAuthorizations>();
        services.AddSingleton<SingleUse>();
        services.AddSingleton<ClientKeys>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<DpopNonces>();
        services.AddSingleton<DpopProofs>();
        services.AddSingleton<ClientOrigins>();
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, ClientCors>();
        services.AddScoped<FrontChannelLogout>();
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<ResourceIndicators>();
    }
}
