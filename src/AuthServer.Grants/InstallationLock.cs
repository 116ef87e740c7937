using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>Lets units that create what is absent run one after the other, also on nodes that start together.</summary>
public static class InstallationLock
{
    /// <summary>Waits for, and keeps until the unit's end, the one row of the installation. What is read afterwards is what the others committed.</summary>
    public static Task TakeAsync(AuthServerDbContext db, CancellationToken cancellationToken) =>
        db.Installation.ExecuteUpdateAsync(row => row.SetProperty(installation => installation.Id, installation => installation.Id), cancellationToken);
}
