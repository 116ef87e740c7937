using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>A live session with its user, as one statement read them.</summary>
public sealed record SessionState(LoginSession Session, User User, IReadOnlyList<string> Roles);
