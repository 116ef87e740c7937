using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.EndSession;

/// <summary>Ends this browser's session on a client's word: everything in it first, then the cookie.</summary>
internal sealed class SessionEnd(AuthServerDbContext db, RevocationCascade cascade, TimeProvider time)
{
    public async Task EndAsync(HttpContext context, SessionState current, Client? client, CancellationToken cancellationToken)
    {
        await cascade.RevokeAsync(
            new RevocationTarget.Session(current.Session.Id),
            RevocationCause.EndSession,
            client is null ? context.ByUser(current.User.Id) : context.ByClient(client),
            cancellationToken);
        context.SetSession(null);
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    /// <summary>
    /// Ends what outlives the hinted session, where time has ended that: no cookie can stand for it any more, and the client that says who is
    /// signing out holds the ID token. One that lives in another browser goes on.
    /// </summary>
    public async Task EndOverdueAsync(HttpContext context, EndSessionRequest request, CancellationToken cancellationToken)
    {
        if (request is { Hint.Sid: { } sid, Client: { } client } && !await db.AliveSessions(time.GetUtcNow().UtcDateTime).AnyAsync(s => s.Id == sid, cancellationToken))
        {
            await cascade.RevokeAsync(new RevocationTarget.Session(sid), RevocationCause.EndSession, context.ByClient(client), cancellationToken);
        }
    }
}
