using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <content>Signing keys: who holds one can make tokens that look like ours.</content>
public sealed partial class RevocationCascade
{
    // Nothing can be signed with it any more, and no node that asks Liveness goes on with the keys it remembers.
    private static async Task<Fallen?> WithdrawSigningKeyAsync(
        AuthServerDbContext db, RevocationTarget.SigningKey target, DateTime now, CancellationToken cancellationToken)
    {
        var flipped = await db.SigningKeys.Where(k => k.Kid == target.Kid && k.WithdrawnAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(k => k.WithdrawnAt, now).SetProperty(k => k.SealedKey, (byte[]?)null), cancellationToken);
        if (flipped == 0)
        {
            return null;
        }

        await KeysVersion.StepAsync(db, cancellationToken);
        return new Fallen(UserId: null, ClientId: null, RevocationCounts.None, RevocationReach.Of(db, target, epoch: null));
    }
}
