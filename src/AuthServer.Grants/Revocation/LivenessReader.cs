using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <summary>
/// Reads what <see cref="Liveness"/> judges, in one statement by primary keys, at every use; nothing of it is remembered but the clients, whose version
/// the same statement tells.
/// </summary>
public sealed class LivenessReader(IDbContextFactory<AuthServerDbContext> contexts, Registry registry) : IAsyncDisposable
{
    // On SQLite a connection is a file that stays open, and so are its prepared statements; PostgreSQL's driver has a pool of its own.
    private readonly ConcurrentBag<AuthServerDbContext> _idle = [];

    /// <summary>A family with its ancestors.</summary>
    /// <param name="familyId">The family.</param>
    /// <param name="jti">The access token asked about, if one is.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    public async Task<FamilyReading> FindFamilyAsync(Guid familyId, string? jti, CancellationToken cancellationToken)
    {
        var reading = await AskAsync(hot => hot.ReadFamilyAsync(transaction: null, familyId, jti, cancellationToken), cancellationToken) ?? new FamilyReading(default, null);
        return reading.State is null ? reading : reading with { State = await WithClientAsync(reading.State, cancellationToken) };
    }

    /// <summary>What a client-credentials token hangs from.</summary>
    public async Task<ClientTokenState> FindClientTokenAsync(Guid clientId, string jti, CancellationToken cancellationToken)
    {
        var state = await ReadAsync(jti, cancellationToken);
        return state with { Client = await registry.FindAsync(clientId, state.Installation.RegistryVersion, cancellationToken) };
    }

    /// <summary>The installation's row.</summary>
    public async Task<InstallationState> ReadInstallationAsync(CancellationToken cancellationToken) => (await ReadAsync(jti: null, cancellationToken)).Installation;

    /// <summary>Adds the client to what a committed unit has read.</summary>
    public async ValueTask<FamilyState> WithClientAsync(FamilyState state, CancellationToken cancellationToken) =>
        state with { Client = await registry.FindAsync(state.Family.ClientId, state.Installation.RegistryVersion, cancellationToken) };

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var db))
        {
            await db.DisposeAsync();
        }
    }

    private async Task<ClientTokenState> ReadAsync(string? jti, CancellationToken cancellationToken) =>
        await AskAsync(hot => hot.ReadInstallationAsync(jti, cancellationToken), cancellationToken) ?? new ClientTokenState(null, default, AccessTokenRevoked: false);

    private async Task<T> AskAsync<T>(Func<HotStatements, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (_idle.TryTake(out var idle))
        {
            return await AskAsync(idle, ask);
        }

        var db = await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            await db.OpenAsync(cancellationToken);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }

        return await AskAsync(db, ask);
    }

    private async Task<T> AskAsync<T>(AuthServerDbContext db, Func<HotStatements, Task<T>> ask)
    {
        var kept = false;
        try
        {
            var answer = await ask(db.Hot);
            kept = db.IsSqlite;
            return answer;
        }
        finally
        {
            if (kept)
            {
                _idle.Add(db);
            }
            else
            {
                await db.DisposeAsync();
            }
        }
    }
}
