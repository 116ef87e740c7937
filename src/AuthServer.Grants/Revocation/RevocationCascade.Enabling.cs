using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <content>
/// Lets a user or client in again. It revives nothing: what they held is of an earlier epoch, and stays dead. The epoch is not stepped, so that
/// every step has its line in the ledger.
/// </content>
public sealed partial class RevocationCascade
{
    /// <summary>Lets the user sign in again. False: they were not disabled.</summary>
    public Task<bool> EnableAsync(RevocationTarget.User user, RevocationActor actor, CancellationToken cancellationToken)
    {
        var stamp = RandomNumberGenerator.GetHexString(32);
        return EnableAsync(
            (db, token) => db.Users.Where(u => u.Id == user.Id && u.Disabled).ExecuteUpdateAsync(
                set => set.SetProperty(u => u.Disabled, false).SetProperty(u => u.ConcurrencyStamp, stamp), token),
            user,
            actor,
            cancellationToken);
    }

    /// <summary>Lets the client ask again. False: it was not disabled.</summary>
    public Task<bool> EnableAsync(RevocationTarget.Client client, RevocationActor actor, CancellationToken cancellationToken) => EnableAsync(
        (db, token) => db.Clients.Where(c => c.Id == client.Id && c.Disabled).ExecuteUpdateAsync(set => set.SetProperty(c => c.Disabled, false), token),
        client,
        actor,
        cancellationToken);

    private async Task<bool> EnableAsync(
        Func<AuthServerDbContext, CancellationToken, Task<int>> enable, RevocationTarget target, RevocationActor actor, CancellationToken cancellationToken)
    {
        if (await writes.RunAsync(enable, cancellationToken) == 0)
        {
            return false;
        }

        audit.Enabled(target.Kind, target.Id, actor.Id, actor.Address);
        return true;
    }
}
