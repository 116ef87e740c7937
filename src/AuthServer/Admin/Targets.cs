using System.Diagnostics;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>What an operator can withdraw, by the words of the API.</summary>
internal sealed class Targets(AuthServerDbContext db)
{
    /// <summary>Null where <c>kind</c> is no word, or lacks its scope.</summary>
    public static (RevocationTarget Target, RevocationCause Cause)? Of(RevocationRequest request) => request.Kind switch
    {
        "family" => (new RevocationTarget.Family(request.Id), RevocationCause.FamilyRemoved),
        "session" => (new RevocationTarget.Session(request.Id), RevocationCause.DeviceSignOut),
        "grant" => (new RevocationTarget.Grant(request.Id), RevocationCause.GrantRemoved),
        "grant_scope" when request.Scope is { Length: > 0 } scope => (new RevocationTarget.GrantScope(request.Id, scope), RevocationCause.ScopeRemoved),
        "user_sessions" => (new RevocationTarget.UserSessions(request.Id, request.KeptSession), RevocationCause.SignOutEverywhere),
        "user" => (new RevocationTarget.User(request.Id), RevocationCause.UserDisabled),
        "client" => (new RevocationTarget.Client(request.Id), RevocationCause.ClientDisabled),
        "client_tokens" => (new RevocationTarget.ClientTokens(request.Id), RevocationCause.ClientTokensRemoved),
        "client_scope" when request.Scope is { Length: > 0 } scope => (new RevocationTarget.ClientScope(request.Id, scope), RevocationCause.ScopeRemoved),
        _ => null,
    };

    /// <summary>The row is there, whatever its status.</summary>
    public Task<bool> ExistsAsync(RevocationTarget target, CancellationToken cancellationToken) => target.Kind switch
    {
        RevocationTargetKind.Family => db.TokenFamilies.AnyAsync(f => f.Id == target.Id, cancellationToken),
        RevocationTargetKind.Session => db.LoginSessions.AnyAsync(s => s.Id == target.Id, cancellationToken),
        RevocationTargetKind.Grant => db.Grants.AnyAsync(g => g.Id == target.Id, cancellationToken),
        RevocationTargetKind.User => db.Users.AnyAsync(u => u.Id == target.Id, cancellationToken),
        RevocationTargetKind.Client => db.Clients.AnyAsync(c => c.Id == target.Id, cancellationToken),
        _ => throw new UnreachableException(),
    };
}
