using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace AuthServer.BrowserTests.Processes;

/// <summary>Two server processes on one fresh PostgreSQL database, which were both asked to migrate it, and then started, at the same moment.</summary>
public sealed class Nodes : IAsyncLifetime
{
    private readonly string server;
    private readonly string name = $"nodes_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
    private readonly string directory = Directory.CreateTempSubdirectory("authserver-nodes-").FullName;

    public Nodes()
        : this(Environment.GetEnvironmentVariable("AUTHSERVER_TEST_POSTGRES")
            ?? throw new InvalidOperationException("AUTHSERVER_TEST_POSTGRES names no PostgreSQL: run tests/run, which starts one."))
    {
    }

    internal Nodes(string server)
    {
        this.server = server;
        Database = new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 30 }.ToString();
        var certificate = Path.Combine(directory, "ring.pfx");
        WriteCertificate(certificate);
        A = new Node(Receiver, Database, certificate);
        B = new Node(Receiver, Database, certificate);
    }

    internal string Database { get; }

    internal LogoutReceiver Receiver { get; } = new();

    internal Node A { get; }

    internal Node B { get; }

    /// <summary>How the two that migrated ended, and what they said.</summary>
    internal IReadOnlyList<(int ExitCode, string Said)> Migrations { get; private set; } = [];

    internal static async Task<Nodes> StartNewAsync(string? server = null)
    {
        var nodes = server is null ? new Nodes() : new Nodes(server);
        try
        {
            await nodes.InitializeAsync();
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    public async ValueTask InitializeAsync()
    {
        await Receiver.OpenAsync();
        await ExecuteAsync($"CREATE DATABASE \"{name}\" TEMPLATE template0");
        Migrations = await Task.WhenAll(A.RunToEndAsync("--migrate"), B.RunToEndAsync("--migrate"));
        await Task.WhenAll(A.InitializeAsync().AsTask(), B.InitializeAsync().AsTask());
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        await Receiver.DisposeAsync();
        Directory.Delete(directory, recursive: true);
        await DropAsync();
    }

    /// <summary>What the database itself says.</summary>
    internal async Task<List<string>> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database) { Pooling = false }.ToString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetValue(0).ToString()!);
        }

        return rows;
    }

    /// <summary>Puts a dump in the place of what is there.</summary>
    internal async Task RestoreAsync(string dump)
    {
        await DropAsync();
        await ExecuteAsync($"CREATE DATABASE \"{name}\" TEMPLATE template0");
        await PostgreSqlTools.RunAsync("pg_restore", "--exit-on-error", "--dbname", Uri, dump);
    }

    internal Task DumpAsync(string file) => PostgreSqlTools.RunAsync("pg_dump", "--format=custom", "--file", file, Uri);

    private string Uri
    {
        get
        {
            var at = new NpgsqlConnectionStringBuilder(Database);
            return $"postgresql://{at.Username}@{at.Host}:{at.Port}/{name}";
        }
    }

    private Task DropAsync() => ExecuteAsync($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static void WriteCertificate(string path)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=ring", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(path, certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, password: null));
    }
}
