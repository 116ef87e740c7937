using System.Data.Common;
using System.Security.Cryptography;
using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;

namespace AuthServer.Database;

/// <summary>Brings the schema to what this server knows, before it listens.</summary>
internal sealed partial class DatabasePreparation(
    IDbContextFactory<AuthServerDbContext> contexts, PlainReader reader, Writes writes, IOptions<DatabaseOptions> options, ILogger<DatabasePreparation> logger)
{
    private const long MigrationLock = 0x4175_7468_5372_7672;

    private const string Key = $"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ConnectionString)}";

    /// <summary>Applies migrations: at every start on SQLite, by <c>--migrate</c> alone on PostgreSQL.</summary>
    /// <exception cref="StartupException">The database cannot be opened, or its schema is not the one this server knows.</exception>
    public async Task PrepareAsync(bool migrate, CancellationToken cancellationToken)
    {
        try
        {
            if (options.Value.Provider == DatabaseProvider.Sqlite)
            {
                await SqliteFile.EnsureAsync(options.Value.ConnectionString, cancellationToken);
            }

            if (!await IsPreparedAsync(cancellationToken))
            {
                await MigrateAsync(migrate || options.Value.Provider == DatabaseProvider.Sqlite, cancellationToken);
                await writes.RunAsync(EnsureInstallationAsync, cancellationToken);
            }
        }
        catch (Exception fault) when (fault is DbException or ArgumentException or IOException or UnauthorizedAccessException or WritesUnavailableException)
        {
            throw new StartupException($"The database cannot be opened ({Key}): {fault.GetBaseException().Message}", fault);
        }
    }

    /// <summary>Whether it has every migration that this server knows, no other, and an installation: as at every start but a version's first.</summary>
    private async Task<bool> IsPreparedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var applied = await reader.ReadAsync(
                """SELECT "MigrationId" FROM "__EFMigrationsHistory" WHERE EXISTS (SELECT 1 FROM "Installation" WHERE "Id" = 1)""", row => row.GetString(0), cancellationToken);
            return KnownMigrations.Ids(options.Value.Provider).SetEquals(applied);
        }
        catch (DbException)
        {
            // It is empty, or cannot be read; what comes now makes it, or says why not.
            return false;
        }
    }

    private async Task MigrateAsync(bool allowed, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (allowed && options.Value.Provider == DatabaseProvider.PostgreSql)
        {
            // Two deployments that migrate at the same moment: the second waits, and then finds nothing to do. Freed when the connection closes.
            // However long the first one takes: a large table may be rewritten.
            await db.Database.OpenConnectionAsync(cancellationToken);
            db.Database.SetCommandTimeout(TimeSpan.Zero);
            await db.Database.SqlQuery<int>($"SELECT 1 AS \"Value\" FROM pg_advisory_lock({MigrationLock})").ToListAsync(cancellationToken);
        }

        var unknown = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations(), StringComparer.Ordinal);
        if (unknown.LastOrDefault() is { } newer)
        {
            throw new StartupException($"The database has the migration {newer}, which this server does not know: it belongs to a newer version.");
        }

        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count > 0 && !allowed)
        {
            throw new StartupException(
                $"The database lacks {pending.Count} migration(s), the first is {pending[0]}. Run AuthServer --migrate once, then start again.");
        }

        if (pending.Count > 0)
        {
            await (options.Value.Provider == DatabaseProvider.Sqlite ? MigrateFileAsync(db, cancellationToken) : db.Database.MigrateAsync(cancellationToken));
            LogMigrated(logger, pending.Count);
        }
    }

    /// <summary>All that is pending in one transaction: EF would commit in the midst of a migration that rebuilds a table, and what dies there is neither old nor new (docs/decisions/0024).</summary>
    private async Task MigrateFileAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        var script = db.GetService<IMigrator>().GenerateScript(applied.LastOrDefault(), options: MigrationsSqlGenerationOptions.NoTransactions);
        await SqliteFile.ExecuteWholeAsync(options.Value.ConnectionString, script, cancellationToken);
    }

    private static Task EnsureInstallationAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        var epoch = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        return db.Database.ExecuteSqlAsync(
            $"""INSERT INTO "Installation" ("Id", "Epoch") VALUES (1, {epoch}) ON CONFLICT DO NOTHING""", cancellationToken);
    }

    [LoggerMessage(1001, LogLevel.Information, "Applied {Count} migration(s).")]
    private static partial void LogMigrated(ILogger logger, int count);
}
