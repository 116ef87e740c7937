using AuthServer.Benchmarks.Load;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Benchmarks.Micro;

/// <summary>The server's own services on a new database, with nobody listening and no job behind them.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private const string PostgreSql = "AUTHSERVER_TEST_POSTGRES";

    private readonly RunDatabase _database;
    private readonly WebApplication _app;

    private BenchmarkHost(RunDatabase database, WebApplication app)
    {
        _database = database;
        _app = app;
    }

    /// <summary>PostgreSQL where the environment names one, as the tests want it.</summary>
    public static IEnumerable<DatabaseProvider> Providers =>
        Server is null ? [DatabaseProvider.Sqlite] : [DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql];

    private static string? Server => Environment.GetEnvironmentVariable(PostgreSql) is { Length: > 0 } server ? server : null;

    public static async Task<BenchmarkHost> StartAsync(DatabaseProvider provider)
    {
        var database = await RunDatabase.CreateAsync(Workspace.NewDirectory(), provider == DatabaseProvider.Sqlite ? null : Server);
        string[] arguments = ["--AuthServer:Issuer=http://127.0.0.1", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft.AspNetCore=None", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None", .. database.Arguments];
        var app = AuthServerHost.CreateBuilder(arguments).Build();
        await app.PrepareAsync(["--migrate"]);
        await app.PrepareAsync(arguments);
        return new BenchmarkHost(database, app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public AuthServerDbContext NewContext() => Get<IDbContextFactory<AuthServerDbContext>>().CreateDbContext();

    /// <summary>A client with so many families of one user in one session. Returns the first of them.</summary>
    public async Task<TokenFamily> SeedAsync(int families)
    {
        long installation;
        await using (var db = NewContext())
        {
            installation = await db.Installation.Select(i => i.Epoch).SingleAsync();
        }

        var parents = Seeds.Parents(TimeProvider.System.GetUtcNow());
        await SaveAsync(parents.Rows);
        var rows = Enumerable.Range(0, families).Select(_ => parents.NewFamily(installation)).ToList();
        foreach (var portion in rows.Chunk(1000))
        {
            await SaveAsync(portion);
        }

        return rows[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private Task SaveAsync(IEnumerable<object> rows) => Get<Writes>().RunAsync(
        async (db, cancellationToken) =>
        {
            db.AddRange(rows);
            await db.SaveChangesAsync(cancellationToken);
        },
        CancellationToken.None);
}
