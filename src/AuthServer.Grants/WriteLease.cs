namespace AuthServer.Grants;

/// <summary>A context's permission to write, until disposed.</summary>
internal sealed class WriteLease : IAsyncDisposable
{
    private readonly AuthServerDbContext _db;
    private readonly Action? _leave;

    public WriteLease(AuthServerDbContext db, Action? leave)
    {
        _db = db;
        _leave = leave;
        db.MayWrite = true;
    }

    public ValueTask DisposeAsync()
    {
        _db.MayWrite = false;
        _leave?.Invoke();
        return ValueTask.CompletedTask;
    }
}
