namespace AuthServer.Import;

/// <summary>Clients, scopes and users as data.</summary>
internal static class ImportServices
{
    public static void AddImport(this IServiceCollection services)
    {
        services.AddScoped<ImportCheck>();
        services.AddScoped<ImportWriter>();
        services.AddSingleton<ImportPreparation>();
    }
}
