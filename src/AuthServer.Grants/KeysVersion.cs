using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>Tells every node that the signing keys are not the ones it remembers.</summary>
public static class KeysVersion
{
    /// <summary>To be called in the unit that changes the keys: who sees the new version sees the new keys.</summary>
    public static Task StepAsync(AuthServerDbContext db, CancellationToken cancellationToken) =>
        db.Installation.ExecuteUpdateAsync(row => row.SetProperty(installation => installation.KeysVersion, installation => installation.KeysVersion + 1), cancellationToken);
}
