using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol;

/// <summary>
/// The origins (RFC 6454) at which registered web clients live: those of their redirect URIs. Read at most every ten seconds, whatever
/// strangers ask; no token lives or dies by it. A native client's loopback address says nothing about who runs there.
/// </summary>
internal sealed class ClientOrigins(IDbContextFactory<AuthServerDbContext> contexts, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _reading = new(1);
    private Known _known = new(new HashSet<string>(StringComparer.Ordinal), DateTimeOffset.MinValue);

    /// <summary>Where the database is away: as it was known last.</summary>
    public async Task<bool> ContainsAsync(string origin, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _known.At >= Remembered)
        {
            await _reading.WaitAsync(cancellationToken);
            try
            {
                if (time.GetUtcNow() - _known.At >= Remembered)
                {
                    _known = new(await ReadAsync(cancellationToken), time.GetUtcNow());
                }
            }
            catch (Exception fault) when (StorageFaults.IsStorageFault(fault))
            {
                // The endpoint behind it says 503, or needs no database; a browser client must be able to read either. Nobody else waits for it.
                _known = _known with { At = time.GetUtcNow() };
            }
            finally
            {
                _reading.Release();
            }
        }

        return _known.Origins.Contains(origin);
    }

    public void Dispose() => _reading.Dispose();

    private async Task<IReadOnlySet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var registered = await db.Clients.AsNoTracking().Where(c => !c.Disabled && c.ApplicationType == "web").Select(c => c.RedirectUris)
            .ToListAsync(cancellationToken);
        return registered.SelectMany(uris => uris).Select(RegisteredUri.Origin).OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    private sealed record Known(IReadOnlySet<string> Origins, DateTimeOffset At);
}
