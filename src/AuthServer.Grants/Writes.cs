namespace AuthServer.Grants;

/// <summary>
/// The one door for writes. A unit of work runs on a context of its own inside a transaction; what it returned is given out after the commit.
/// No hashing, signing, sealing or I/O inside a unit: everybody else may be waiting behind it.
/// </summary>
public abstract class Writes
{
    private readonly AsyncLocal<bool> _inside = new();

    /// <summary>Runs <paramref name="unit"/> and commits it. It may run more than once; only the last run counts.</summary>
    /// <param name="unit">Reads and writes through the context it is given, which tracks nothing from before.</param>
    /// <param name="cancellationToken">Counts only until the unit is taken up.</param>
    /// <exception cref="WritesUnavailableException">Nothing is known to be written: the queue is full, the server stops, or the database is away.</exception>
    /// <exception cref="InvalidOperationException">Called inside a unit, which would wait for itself.</exception>
    public abstract Task<T> RunAsync<T>(Func<AuthServerDbContext, CancellationToken, Task<T>> unit, CancellationToken cancellationToken);

    /// <summary>Runs <paramref name="unit"/> and commits it.</summary>
    public Task RunAsync(Func<AuthServerDbContext, CancellationToken, Task> unit, CancellationToken cancellationToken) =>
        RunAsync(
            async (db, token) =>
            {
                await unit(db, token);
                return true;
            },
            cancellationToken);

    /// <summary>Lets <paramref name="db"/>, which is no unit's, write until the lease is disposed: for the saves of Identity's stores.</summary>
    internal abstract Task<IAsyncDisposable> EnterAsync(AuthServerDbContext db, CancellationToken cancellationToken);

    /// <summary>From here on the running flow is a unit's.</summary>
    private protected void EnterUnit() => _inside.Value = true;

    private protected void ThrowIfInsideUnit()
    {
        if (_inside.Value)
        {
            throw new InvalidOperationException("A write inside a unit would wait for itself. Write through the unit's own context.");
        }
    }

    private protected static void ThrowIfInTransaction(AuthServerDbContext db)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException($"A transaction outside the door blocks everybody. Run it as a unit of {nameof(Writes)}.");
        }
    }
}
