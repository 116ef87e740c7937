using Microsoft.Data.Sqlite;

namespace AuthServer.Database;

/// <summary>The database file: readable by its owner alone, with a write-ahead log, so that readers never wait for the writer.</summary>
internal static class SqliteFile
{
    private const string Key = $"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ConnectionString)}";

    // SQLITE_CORRUPT, SQLITE_NOTADB.
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="StartupException">It is damaged, or cannot be opened; the message names the file.</exception>
    public static async Task EnsureAsync(string connectionString, CancellationToken cancellationToken)
    {
        var path = new SqliteConnectionStringBuilder(connectionString).DataSource;
        try
        {
            Touch(path);
            await using var connection = new SqliteConnection(connectionString);
            await connection.OpenAsync(cancellationToken);

            // Reads every page once, a second or so for a gigabyte: better now than half a year later, when no backup is whole any more.
            if (await ReadAsync(connection, "PRAGMA quick_check(1);", cancellationToken) is not "ok" and var words)
            {
                throw Damaged(path, words, cause: null);
            }

            await ReadAsync(connection, "PRAGMA journal_mode = WAL;", cancellationToken);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Corrupt or NotADatabase)
        {
            throw Damaged(path, fault.Message, fault);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The database file '{path}' cannot be used ({Key}): {fault.Message}", fault);
        }
    }

    /// <summary>Everything in the script or, whatever happens, nothing. A table that is made anew takes no row of another with it: foreign keys are off, as they must be before a transaction begins.</summary>
    public static async Task ExecuteWholeAsync(string connectionString, string script, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = false, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Made of the migrations.
        command.CommandText = script;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<string?> ReadAsync(SqliteConnection connection, string pragma, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static StartupException Damaged(string path, string? words, Exception? cause) => new(
        $"The database file '{path}' is damaged ({words?.ReplaceLineEndings(" ")}). Put the last backup in its place, without the damaged one's -wal and -shm, "
        + "run AuthServer --restored once, then start again.",
        cause);

    // Before SQLite does: it would read a file that it may not write, and leave files beside it that nobody may write either.
    private static void Touch(string path)
    {
        if (!OperatingSystem.IsWindows() && path.Length > 0 && path != ":memory:")
        {
            var mode = File.Exists(path) ? FileMode.Open : FileMode.CreateNew;
            var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
            if (mode == FileMode.CreateNew)
            {
                options.UnixCreateMode = OwnerOnly;
            }

            new FileStream(path, options).Dispose();
        }
    }
}
