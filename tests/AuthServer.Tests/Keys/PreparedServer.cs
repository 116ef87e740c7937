using AuthServer.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Keys;

/// <summary>A server on a directory of its own, prepared as far as it is before it listens. It may be started again and again.</summary>
internal sealed class PreparedServer : IAsyncDisposable
{
    private WebApplication? _app;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("authserver-test-").FullName;

    public string Database => Path.Combine(Directory, "authserver.db");

    public string Certificate => Path.Combine(Directory, "authserver.pfx");

    public IServiceProvider Services => _app?.Services ?? throw new InvalidOperationException("Not started.");

    /// <summary>Stops what ran before, and starts anew on the same database, as in production.</summary>
    public Task StartAsync(params string[] args) => StartInAsync("Production", args);

    public async Task StartInAsync(string environment, params string[] args)
    {
        await StopAsync();
        string[] all =
        [
            $"--environment={environment}", $"--Database:ConnectionString=Data Source={Database}", "--AuthServer:Issuer=http://localhost:5123", .. args,
        ];
        var builder = AuthServerHost.CreateBuilder(all);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.UseAuthServer();
        await _app.PrepareAsync(all);
    }

    public async Task<T> ReadAsync<T>(Func<AuthServerDbContext, Task<T>> read)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<AuthServerDbContext>>().CreateDbContextAsync();
        return await read(db);
    }

    public Task WriteAsync(Func<AuthServerDbContext, Task> write) =>
        Services.GetRequiredService<Writes>().RunAsync((db, _) => write(db), CancellationToken.None);

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
            _app = null;
        }

        SqliteConnection.ClearAllPools();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
