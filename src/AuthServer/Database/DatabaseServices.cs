using System.Data.Common;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AuthServer.Database;

/// <summary>The context, its provider, and the door for writes.</summary>
internal static class DatabaseServices
{
    public static void AddDatabase(this IServiceCollection services)
    {
        services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, KnownSettings<DatabaseOptions>>();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        services.AddPooledDbContextFactory<AuthServerDbContext>(Configure);
        services.AddSingleton<IDbContextFactory<AuthServerDbContext>, LateContexts>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<AuthServerDbContext>>().CreateDbContext());
        services.AddSingleton<Writes>(provider =>
        {
            var contexts = provider.GetRequiredService<IDbContextFactory<AuthServerDbContext>>();
            var metrics = provider.GetRequiredService<WriteMetrics>();
            return Provider(provider) == DatabaseProvider.Sqlite ? new QueuedWrites(contexts, metrics, SqliteFaults.MeansAway) : new ConcurrentWrites(contexts, metrics);
        });
        services.AddSingleton<StatementWatch>();
        services.AddSingleton(provider => new PlainReader(() => Connect(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value), provider.GetRequiredService<StatementWatch>()));
        services.AddSingleton<Registry>();
        services.AddSingleton<LivenessReader>();
        services.AddMetrics();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<RevocationMetrics>();
        services.AddSingleton<WriteMetrics>();
        services.AddSingleton<RevocationCascade>();
        services.AddSingleton<CredentialChange>();
        services.AddSingleton<Deliveries>();
        services.AddSingleton<BulkWithdrawals>();
        services.AddSingleton<DatabasePreparation>();
        services.AddSingleton<Restoration>();
    }

    private static DatabaseProvider Provider(IServiceProvider provider) => provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.Provider;

    // What comes often is prepared (docs/decisions/0020), unless somebody has said how.
    private static string Prepared(string connectionString)
    {
        var said = connectionString.Replace(" ", "", StringComparison.Ordinal).Contains("AutoPrepare", StringComparison.OrdinalIgnoreCase);
        return said ? connectionString : $"{connectionString.TrimEnd(';')};Max Auto Prepare=100";
    }

    private static DbConnection Connect(DatabaseOptions options) => options.Provider == DatabaseProvider.Sqlite
        ? new SqliteConnection(options.ConnectionString)
        : new NpgsqlConnection(Prepared(options.ConnectionString));

    private static void Configure(IServiceProvider provider, DbContextOptionsBuilder builder)
    {
        var options = provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
        if (options.Provider == DatabaseProvider.Sqlite)
        {
            builder.UseSqlite(options.ConnectionString, sqlite => sqlite.MigrationsAssembly(KnownMigrations.Assembly(options.Provider)));
            builder.AddInterceptors(new SqliteSettings());
        }
        else
        {
            builder.UseNpgsql(Prepared(options.ConnectionString), npgsql => npgsql.MigrationsAssembly(KnownMigrations.Assembly(options.Provider)));
        }

        builder.AddInterceptors(new WriteGuard(), new StatementTelemetry());

        // Counting stops at a limit; which rows it counts does not matter, and sorting a million of them would.
        builder.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.RowLimitingOperationWithoutOrderByWarning));
    }
}
