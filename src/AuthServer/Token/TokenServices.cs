namespace AuthServer.Token;

/// <summary>What the token endpoint answers with.</summary>
internal static class TokenServices
{
    public static void AddToken(this IServiceCollection services)
    {
        services.AddSingleton<FamilyAnswer>();
        services.AddSingleton<AuthorizationCodeGrant>();
        services.AddSingleton<RefreshTokenGrant>();
        services.AddSingleton<ClientCredentialsGrant>();
        services.AddScoped<DeviceCodeGrant>();
    }
}
