using System.Diagnostics;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>What an operator can withdraw, by the words of the API.</summary>
internal sealed class Targets(AuthServerDbContext db)
{
    /// <summary>Null where <c>kind</c> is no word, or lacks its scope.</summary>
    public static (RevocationTarget Target, RevocationCause Cause)? Of(RevocationRequest request) =>
        Of(request.Kind, request.Id, request.Scope, request.KeptSession);

    /// <summary>The same, for a page.</summary>
    public static (RevocationTarget Target, RevocationCause Cause)? Of(string? kind, Guid id, string? scope, Guid? keptSession) => kind switch
    {
        "family" => (new RevocationTarget.Family(id), RevocationCause.FamilyRemoved),
        "session" => (new RevocationTarget.Session(id), RevocationCause.DeviceSignOut),
        "grant" => (new RevocationTarget.Grant(id), RevocationCause.GrantRemoved),
        "grant_scope" when scope is { Length: > 0 } => (new RevocationTarget.GrantScope(id, scope), RevocationCause.ScopeRemoved),
        "user_sessions" => (new RevocationTarget.UserSessions(id, keptSession), RevocationCause.SignOutEverywhere),
        "user" => (new RevocationTarget.User(id), RevocationCause.UserDisabled),
        "user_deletion" => (new RevocationTarget.DeletedUser(id), RevocationCause.UserDeleted),
        "client" => (new RevocationTarget.Client(id), RevocationCause.ClientDisabled),
        "client_deletion" => (new RevocationTarget.DeletedClient(id), RevocationCause.ClientDeleted),
        "client_tokens" => (new RevocationTarget.ClientTokens(id), RevocationCause.ClientTokensRemoved),
        "client_scope" when scope is { Length: > 0 } => (new RevocationTarget.ClientScope(id, scope), RevocationCause.ScopeRemoved),
        _ => null,
    };

    /// <summary>The operator would shut themselves out, and could not let themselves in again.</summary>
    public static bool ShutsOut(RevocationTarget target, Guid userId) =>
        target is RevocationTarget.User or RevocationTarget.DeletedUser && target.Id == userId;

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
