using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <content>
/// Takes one scope away. The update compares the text that was read; where somebody else has changed it meanwhile, it is read again: another
/// scope taken at the same moment must not leave this one.
/// </content>
public sealed partial class RevocationCascade
{
    private static async Task<Fallen?> WithdrawGrantScopeAsync(
        AuthServerDbContext db, RevocationTarget.GrantScope target, CancellationToken cancellationToken)
    {
        while (await db.Grants.AsNoTracking().FirstOrDefaultAsync(g => g.Id == target.Id && g.Status == Entities.Status.Valid, cancellationToken) is { } grant
            && ScopeText.Contains(grant.Scope, target.Scope))
        {
            var (before, after) = (grant.Scope, ScopeText.Without(grant.Scope, target.Scope));
            if (await db.Grants.Where(g => g.Id == target.Id && g.Status == Entities.Status.Valid && g.Scope == before)
                .ExecuteUpdateAsync(set => set.SetProperty(g => g.Scope, after), cancellationToken) == 1)
            {
                return new Fallen(grant.UserId, grant.ClientId, RevocationCounts.None, RevocationReach.Of(db, target, epoch: null));
            }
        }

        return null;
    }

    private static async Task<Fallen?> WithdrawClientScopeAsync(
        AuthServerDbContext db, RevocationTarget.ClientScope target, CancellationToken cancellationToken)
    {
        while (await db.Clients.Where(c => c.Id == target.Id).Select(c => c.Scope).FirstOrDefaultAsync(cancellationToken) is { } before
            && ScopeText.Contains(before, target.Scope))
        {
            var after = ScopeText.Without(before, target.Scope);
            if (await db.Clients.Where(c => c.Id == target.Id && c.Scope == before)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Scope, after), cancellationToken) == 1)
            {
                return new Fallen(UserId: null, target.Id, RevocationCounts.None, RevocationReach.Of(db, target, epoch: null));
            }
        }

        return null;
    }
}
