using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace AuthServer.Database;

/// <summary>The pool of contexts, made at its first use: a start needs none (docs/decisions/0021).</summary>
internal sealed class LateContexts(IServiceProvider services) : IDbContextFactory<AuthServerDbContext>
{
    private readonly Lazy<PooledDbContextFactory<AuthServerDbContext>> _pool = new(
        () => new(services.GetRequiredService<DbContextOptions<AuthServerDbContext>>()));

    public AuthServerDbContext CreateDbContext() => _pool.Value.CreateDbContext();

    public Task<AuthServerDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) => _pool.Value.CreateDbContextAsync(cancellationToken);
}
