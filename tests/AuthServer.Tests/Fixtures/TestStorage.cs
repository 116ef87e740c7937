using System.Diagnostics.Metrics;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Fixtures;

/// <summary>What the host puts over a database: contexts, the door for writes, the cascade, Identity's stores; without HTTP.</summary>
public sealed class TestStorage : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestStorage(TestDatabase database, MovableClock clock)
    {
        Clock = clock;
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(database.Configuration).Build());
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging();
        services.AddDatabase();
        services.AddSingleton(Watch.BelowEf());
        services.ConfigureDbContext<AuthServerDbContext>(context => context.AddInterceptors(Watch));
        services.AddIdentityCore<User>().AddRoles<IdentityRole<Guid>>().AddEntityFrameworkStores<AuthServerDbContext>();
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public MovableClock Clock { get; }

    public Watch Watch { get; } = new();

    public Writes Writes => _services.GetRequiredService<Writes>();

    public IDbContextFactory<AuthServerDbContext> Contexts => _services.GetRequiredService<IDbContextFactory<AuthServerDbContext>>();

    public PlainReader Reader => _services.GetRequiredService<PlainReader>();

    public LivenessReader Liveness => _services.GetRequiredService<LivenessReader>();

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public RevocationCascade Cascade => _services.GetRequiredService<RevocationCascade>();

    /// <summary>A context outside any unit: it reads.</summary>
    public AuthServerDbContext NewContext() => _services.GetRequiredService<IDbContextFactory<AuthServerDbContext>>().CreateDbContext();

    /// <summary>A scope as a request has one: <see cref="UserManager{TUser}"/> and the context it saves through.</summary>
    public AsyncServiceScope NewRequest() => _services.CreateAsyncScope();

    /// <summary>Migrates, and makes the installation row.</summary>
    public Task PrepareAsync() => _services.GetRequiredService<DatabasePreparation>().PrepareAsync(migrate: true, CancellationToken.None);

    /// <summary>Reads through a context of its own.</summary>
    public async Task<T> ReadAsync<T>(Func<AuthServerDbContext, Task<T>> read)
    {
        await using var db = NewContext();
        return await read(db);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
