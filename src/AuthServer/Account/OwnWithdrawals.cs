using System.Diagnostics;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Account;

/// <summary>Lets a user see and take back what is theirs. Another user's rows are not there.</summary>
internal sealed class OwnWithdrawals(AuthServerDbContext db, RevocationCascade cascade, TimeProvider time)
{
    private const int MaxNames = 50;

    /// <summary>What would fall, and the names of the clients that lose their access; null where it is not the user's.</summary>
    public async Task<(RevocationPreview Preview, IReadOnlyList<string> Clients)?> PreviewAsync(
        Guid userId, RevocationTarget target, CancellationToken cancellationToken)
    {
        if (!await Owned(userId, target).AnyAsync(cancellationToken))
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var preview = await RevocationPreview.OfAsync(db, target, now, cancellationToken);
        var names = await (
            from family in Families(userId, target, now)
            join client in db.Clients on family.ClientId equals client.Id
            select client.ClientName ?? client.ClientId).Distinct().OrderBy(name => name).Take(MaxNames).ToListAsync(cancellationToken);
        return (preview, names);
    }

    /// <summary>Takes back what was previewed; null where it is not the user's.</summary>
    public async Task<PreviewedRevocation?> RevokeAsync(
        Guid userId, OwnWithdrawal withdrawal, string stamp, RevocationActor actor, CancellationToken cancellationToken) =>
        await Owned(userId, withdrawal.Target).AnyAsync(cancellationToken)
            ? await cascade.RevokeAsync(withdrawal.Target, stamp, withdrawal.Cause, actor, cancellationToken)
            : null;

    // A row never changes its owner, and no id is given twice: what was true before the write is true in it.
    private IQueryable<Guid> Owned(Guid userId, RevocationTarget target) => target.Kind switch
    {
        RevocationTargetKind.Session => db.LoginSessions.Where(s => s.Id == target.Id && s.UserId == userId).Select(s => s.Id),
        RevocationTargetKind.Grant => db.Grants.Where(g => g.Id == target.Id && g.UserId == userId).Select(g => g.Id),
        RevocationTargetKind.Family => db.TokenFamilies.Where(f => f.Id == target.Id && f.UserId == userId && f.SessionId == null).Select(f => f.Id),
        RevocationTargetKind.User => db.Users.Where(u => u.Id == target.Id && u.Id == userId).Select(u => u.Id),
        _ => throw new UnreachableException(),
    };

    private IQueryable<Grants.Entities.TokenFamily> Families(Guid userId, RevocationTarget target, DateTime now)
    {
        var families = db.AliveFamilies(now).Where(f => f.UserId == userId);
        return target switch
        {
            RevocationTarget.Session session => families.Where(f => f.SessionId == session.SessionId && !f.SurvivesLogout),
            RevocationTarget.UserSessions { KeptSessionId: { } kept } => families.Where(f => f.SessionId == null || f.SessionId != kept),
            RevocationTarget.Family device => families.Where(f => f.Id == device.FamilyId),
            RevocationTarget.Grant or RevocationTarget.GrantScope => families.Where(f => f.GrantId == target.Id),
            _ => families,
        };
    }
}
