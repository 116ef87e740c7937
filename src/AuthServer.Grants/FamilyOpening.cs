using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>Writes down what a user allows a client, and opens the families that live from it.</summary>
public sealed class FamilyOpening(Writes writes, TimeProvider time)
{
    /// <summary>Adds <paramref name="scope"/> to what the user allows the client; after a withdrawal that is a new row.</summary>
    public Task AllowAsync(Guid userId, Guid clientId, string scope, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            await AllowAsync(db, userId, clientId, scope, time.GetUtcNow(), token);
            await db.SaveChangesAsync(token);
        },
        cancellationToken);

    /// <summary>The same inside a unit, which saves it.</summary>
    internal static async Task<Grant> AllowAsync(
        AuthServerDbContext db, Guid userId, Guid clientId, string scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ParentLocks.HoldGrantAsync(db, userId, clientId, cancellationToken);
        var grant = await Valid(db, userId, clientId).AsTracking().FirstOrDefaultAsync(cancellationToken);
        if (grant is null)
        {
            grant = new Grant
            {
                Id = Guid.CreateVersion7(now),
                UserId = userId,
                ClientId = clientId,
                Scope = scope,
                FirstGivenAt = now.UtcDateTime,
                LastGivenAt = now.UtcDateTime,
            };
            db.Grants.Add(grant);
        }
        else
        {
            await LeaveBehindAsync(db, grant, ScopeText.Split(scope).Except(ScopeText.Split(grant.Scope), StringComparer.Ordinal).ToList(), cancellationToken);
            grant.Scope = ScopeText.Join([.. ScopeText.Split(grant.Scope), .. ScopeText.Split(scope)]);
            grant.Declined = ScopeText.Join(ScopeText.Split(grant.Declined).Except(ScopeText.Split(scope), StringComparer.Ordinal));
            grant.LastGivenAt = now.UtcDateTime;
        }

        return grant;
    }

    /// <summary>
    /// Opens a family where its session lives and a grant covers its scope. Null where either has ended meanwhile, or the grant has become
    /// smaller: nothing is opened then.
    /// </summary>
    /// <param name="sid">The session it is opened in.</param>
    /// <param name="clientId">The client's row.</param>
    /// <param name="scope">What the grant must cover.</param>
    /// <param name="family">Makes the row out of what the transaction found.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public Task<TokenFamily?> OpenAsync(
        Guid sid, Guid clientId, string scope, Func<Opening, TokenFamily> family, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            await ParentLocks.ShareSessionAsync(db, sid, token);
            var session = await db.AliveSessions(time.GetUtcNow().UtcDateTime).AsNoTracking().FirstOrDefaultAsync(s => s.Id == sid, token);
            var grant = session is null ? null : await Valid(db, session.UserId, clientId).AsNoTracking().FirstOrDefaultAsync(token);
            if (session is null || grant is null || !ScopeText.IsWithin(scope, grant.Scope))
            {
                return null;
            }

            var installationEpoch = await db.Installation.Select(i => i.Epoch).SingleAsync(token);
            var opened = family(new Opening(grant.Id, session, installationEpoch));
            db.TokenFamilies.Add(opened);
            await db.SaveChangesAsync(token);
            return opened;
        },
        cancellationToken);

    /// <summary>What a family has and its grant has not was withdrawn: given again, it is for families to come (docs/decisions/0023).</summary>
    private static async Task LeaveBehindAsync(AuthServerDbContext db, Grant grant, List<string> gained, CancellationToken cancellationToken)
    {
        if (gained.Count == 0)
        {
            return;
        }

        var families = db.TokenFamilies.Where(f => f.GrantId == grant.Id && f.Status == Status.Valid);
        foreach (var before in await families.Select(f => f.Scope).Distinct().ToListAsync(cancellationToken))
        {
            var after = ScopeText.Join(ScopeText.Split(before).Except(gained, StringComparer.Ordinal));
            if (after != before)
            {
                await families.Where(f => f.Scope == before).ExecuteUpdateAsync(set => set.SetProperty(f => f.Scope, after), cancellationToken);
            }
        }
    }

    private static IQueryable<Grant> Valid(AuthServerDbContext db, Guid userId, Guid clientId) =>
        db.Grants.Where(g => g.UserId == userId && g.ClientId == clientId && g.Status == Status.Valid);
}
