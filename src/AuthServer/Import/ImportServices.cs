using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthServer.Import;

/// <summary>Clients, scopes and users as data.</summary>
internal static class ImportServices
{
    public static void AddImport(this IServiceCollection services)
    {
        services.TryAddSingleton<IPasswordHasher<Client>, PasswordHasher<Client>>();
        services.AddScoped<ImportCheck>();
        services.AddScoped<ImportWriter>();
        services.AddSingleton<ImportPreparation>();
    }
}
