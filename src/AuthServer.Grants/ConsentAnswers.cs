using AuthServer.Grants.Revocation;

namespace AuthServer.Grants;

/// <summary>Writes down what a user answered to a client that asked.</summary>
public sealed class ConsentAnswers(Writes writes, RevocationCascade cascade, TimeProvider time)
{
    /// <summary>
    /// Adds what is allowed to the grant, and remembers what is not. What was allowed before and is not now is withdrawn, in the same
    /// transaction: it is gone for every family of the grant.
    /// </summary>
    /// <param name="userId">Who answered.</param>
    /// <param name="clientId">The client's row.</param>
    /// <param name="allowed">Space-delimited, as a grant's scope.</param>
    /// <param name="declined">What was asked for and not allowed.</param>
    /// <param name="actor">Who is written into the ledger where something is withdrawn.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public Task WriteAsync(
        Guid userId, Guid clientId, string allowed, string declined, RevocationActor actor, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            var grant = await FamilyOpening.AllowAsync(db, userId, clientId, allowed, time.GetUtcNow(), token);
            grant.Declined = ScopeText.Join([.. ScopeText.Split(grant.Declined), .. ScopeText.Split(declined)]);
            await db.SaveChangesAsync(token);
            foreach (var scope in ScopeText.Split(ScopeText.Intersect(declined, grant.Scope)))
            {
                await cascade.RevokeAsync(db, new RevocationTarget.GrantScope(grant.Id, scope), RevocationCause.ScopeRemoved, actor, token);
            }
        },
        cancellationToken);
}
