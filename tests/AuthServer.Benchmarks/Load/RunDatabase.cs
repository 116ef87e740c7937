using System.Diagnostics;
using AuthServer.Database;
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

    public static async Task<RunDatabase> CreateAsync(string directory, LoadOptions options, string executable)
    {
        System.IO.Directory.CreateDirectory(directory);
        if (options.Provider == DatabaseProvider.Sqlite)
        {
            return new RunDatabase(directory, $"Data Source={Path.Combine(directory, "authserver.db")}");
        }

        var name = $"authserver_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        await ExecuteAsync(options.ConnectionString!, $"CREATE DATABASE \"{name}\"");
        var database = new RunDatabase(
            directory, new NpgsqlConnectionStringBuilder(options.ConnectionString) { Database = name }.ToString(), options.ConnectionString, name);
        RingCertificate.Create(database.Certificate, TimeProvider.System.GetUtcNow());
        using var migration = Process.Start(new ProcessStartInfo(executable, ["--migrate", "--AuthServer:Issuer=http://127.0.0.1", .. database.Arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var log = await migration.StandardOutput.ReadToEndAsync();
        await migration.WaitForExitAsync();
        return migration.ExitCode == 0 ? database : throw new BenchmarkException($"The database could not be migrated:\n{log}");
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
