using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>A family with all its ancestors, as one statement read them.</summary>
/// <param name="Family">The family.</param>
/// <param name="Grant">Null where the row is gone; so with the others.</param>
/// <param name="User">Who allowed it.</param>
/// <param name="Client">Who holds it; as it was at this very registry version (<see cref="Registry"/>).</param>
/// <param name="Session">Null for a device too.</param>
/// <param name="Installation">Of this database.</param>
/// <param name="AccessTokenRevoked">The access token asked about was withdrawn alone.</param>
public sealed record FamilyState(
    TokenFamily Family,
    FamilyGrant? Grant,
    FamilyUser? User,
    Client? Client,
    FamilySession? Session,
    InstallationState Installation,
    bool AccessTokenRevoked)
{
    /// <summary>What is effective now: what was allowed then, is granted still, and is the client's still.</summary>
    public string EffectiveScope => ScopeText.Intersect(ScopeText.Intersect(Family.Scope, Grant?.Scope ?? ""), Client?.Scope ?? "");

    /// <summary>Whether it may outlive the end of its session: <c>offline_access</c> was allowed, and was not taken away since (docs/decisions/0023).</summary>
    public bool IsOffline => Family.Offline && ScopeText.Contains(EffectiveScope, ScopeText.OfflineAccess);
}
