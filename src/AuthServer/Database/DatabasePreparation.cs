using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Database;

/// <summary>Brings the schema to what this server knows, before it listens.</summary>
internal sealed partial class DatabasePreparation(
    IDbContextFactory<AuthServerDbContext> contexts, Writes writes, IOptions<DatabaseOptions> options, ILogger<DatabasePreparation> logger)
{
    /// <summary>Applies migrations: at every start on SQLite, by <c>--migrate</c> alone on PostgreSQL.</summary>
    /// <exception cref="StartupException">The schema is not the one this server knows.</exception>
    public async Task PrepareAsync(bool migrate, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count > 0)
        {
            if (options.Value.Provider == DatabaseProvider.PostgreSql && !migrate)
            {
                throw new StartupException(
                    $"The database lacks {pending.Count} migration(s), the first is {pending[0]}. Run AuthServer --migrate once, then start again.");
            }

            await db.Database.MigrateAsync(cancellationToken);
            LogMigrated(logger, pending.Count);
        }

        await writes.RunAsync(EnsureInstallationAsync, cancellationToken);
    }

    private static async Task EnsureInstallationAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        if (!await db.Installation.AnyAsync(cancellationToken))
        {
            db.Installation.Add(new Installation { Epoch = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) });
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Applied {Count} migration(s).")]
    private static partial void LogMigrated(ILogger logger, int count);
}
