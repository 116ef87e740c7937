using Microsoft.Data.Sqlite;

namespace AuthServer.Database;

/// <summary>The database file: readable by its owner alone, with a write-ahead log, so that readers never wait for the writer.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static async Task EnsureAsync(string connectionString, CancellationToken cancellationToken)
    {
        Create(new SqliteConnectionStringBuilder(connectionString).DataSource);
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL;";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Create(string path)
    {
        if (!OperatingSystem.IsWindows() && path.Length > 0 && path != ":memory:" && !File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
        }
    }
}
