using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <content>The whole installation, after a backup was put back.</content>
public sealed partial class RevocationCascade
{
    // Families and client-credentials tokens are of the installation's epoch, sessions of their user's. Relying parties are not told: which
    // sessions they know of, the backup does not.
    private static async Task<Fallen?> WithdrawInstallationAsync(AuthServerDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        var target = new RevocationTarget.Installation();
        var reach = RevocationReach.Of(db, target, epoch: null);
        var counts = await reach.CountAsync(target, now, cancellationToken);
        var epoch = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        var stamp = RandomNumberGenerator.GetHexString(32);
        await db.Installation.ExecuteUpdateAsync(row => row.SetProperty(installation => installation.Epoch, epoch), cancellationToken);
        await db.Users.ExecuteUpdateAsync(
            set => set.SetProperty(user => user.Epoch, user => user.Epoch + 1).SetProperty(user => user.ConcurrencyStamp, stamp), cancellationToken);
        return new Fallen(UserId: null, ClientId: null, counts, reach);
    }
}
