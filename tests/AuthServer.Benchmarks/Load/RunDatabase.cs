using AuthServer.Keys;
using Npgsql;

namespace AuthServer.Benchmarks.Load;

/// <summary>A database for one run: a new file, or a new database in the PostgreSQL that was named.</summary>
internal sealed class RunDatabase : IAsyncDisposable
{
    private readonly string? _server;
    private readonly string? _name;

    private RunDatabase(string directory, string connectionString, string? server = null, string? name = null)
    {
        Directory = directory;
        ConnectionString = connectionString;
        (_server, _name) = (server, name);
    }

    /// <summary>What belongs to the run: the file, the certificate, the log.</summary>
    public string Directory { get; }

    public string ConnectionString { get; }

    public bool IsSqlite => _server is null;

    /// <summary>What the server is told.</summary>
    public IReadOnlyList<string> Arguments => IsSqlite
        ? [$"--Database:ConnectionString={ConnectionString}"]
        : [
            "--Database:Provider=PostgreSql", $"--Database:ConnectionString={ConnectionString}", $"--DataProtection:Certificate:Path={Certificate}",
        ];

    private string Certificate => Path.Combine(Directory, "ring.pfx");

    /// <param name="directory">Made, and deleted after it.</param>
    /// <param name="server">PostgreSQL; null: SQLite.</param>
    public static async Task<RunDatabase> CreateAsync(string directory, string? server)
    {
        System.IO.Directory.CreateDirectory(directory);
        if (server is null)
        {
            return new RunDatabase(directory, $"Data Source={Path.Combine(directory, "authserver.db")}");
        }

        var name = $"authserver_benchmark_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        await ExecuteAsync(server, $"CREATE DATABASE \"{name}\"");
        var database = new RunDatabase(directory, new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString(), server, name);
        RingCertificate.Create(database.Certificate, TimeProvider.System.GetUtcNow());
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsSqlite)
        {
            await ExecuteAsync(_server!, $"DROP DATABASE \"{_name}\" WITH (FORCE)");
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
