using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.EndSession;

/// <summary>Ends this browser's session on a client's word: everything in it first, then the cookie.</summary>
internal sealed class SessionEnd(RevocationCascade cascade)
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
}
