using System.Collections.Concurrent;
using System.Collections.Frozen;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// The registered clients and scopes, remembered. Who asks says which version the database has, from the same statement that answers for the rest: triggers step it
/// with every change of a client or scope, so nothing that is remembered outlives what it was read from (docs/decisions/0020).
/// </summary>
public sealed class Registry(IDbContextFactory<AuthServerDbContext> contexts)
{
    private const int MaxClients = 10_000;

    private volatile Remembered _remembered = new(-1);

    /// <summary>The client as it was when it was last seen, and the version that was; the version has to be confirmed. Null where it is not remembered.</summary>
    public (Client Client, long Version)? Recall(string clientId)
    {
        var remembered = _remembered;
        return remembered.ByClientId.TryGetValue(clientId, out var client) ? (client, remembered.Version) : null;
    }

    /// <summary>The client of this <c>client_id</c>; null where there is none.</summary>
    public async ValueTask<Client?> FindAsync(string clientId, long version, CancellationToken cancellationToken)
    {
        var remembered = At(version);
        return remembered.ByClientId.TryGetValue(clientId, out var client) ? client
            : remembered.Add(await ReadAsync(db => db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.ClientId == clientId, cancellationToken)));
    }

    /// <summary>The client of this row; null where there is none.</summary>
    public async ValueTask<Client?> FindAsync(Guid id, long version, CancellationToken cancellationToken)
    {
        var remembered = At(version);
        return remembered.ById.TryGetValue(id, out var client) ? client
            : remembered.Add(await ReadAsync(db => db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken)));
    }

    /// <summary>All scopes of APIs, by name.</summary>
    public async ValueTask<IReadOnlyDictionary<string, Scope>> ScopesAsync(long version, CancellationToken cancellationToken)
    {
        var remembered = At(version);
        return remembered.Scopes ??= (await ReadAsync(db => db.Scopes.AsNoTracking().ToListAsync(cancellationToken)))
            .ToFrozenDictionary(scope => scope.Name, StringComparer.Ordinal);
    }

    // What is read after the version is that version's or newer. Newer: the next who asks has the newer version, and it is read again.
    private Remembered At(long version)
    {
        var remembered = _remembered;
        return remembered.Version == version ? remembered : _remembered = new Remembered(version);
    }

    private async Task<T> ReadAsync<T>(Func<AuthServerDbContext, Task<T>> read)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await read(db);
    }

    /// <summary>What was read at one version. Nobody changes what is in it.</summary>
    private sealed class Remembered(long version)
    {
        public long Version => version;

        public ConcurrentDictionary<string, Client> ByClientId { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<Guid, Client> ById { get; } = new();

        public FrozenDictionary<string, Scope>? Scopes { get; set; }

        /// <summary>Names that are no client's are not remembered: strangers make up as many as they like.</summary>
        public Client? Add(Client? client)
        {
            if (client is not null)
            {
                if (ById.Count >= MaxClients)
                {
                    ById.Clear();
                    ByClientId.Clear();
                }

                ById[client.Id] = client;
                ByClientId[client.ClientId] = client;
            }

            return client;
        }
    }
}
