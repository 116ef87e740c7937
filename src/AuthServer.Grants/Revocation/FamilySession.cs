using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>What a family's life asks of its <see cref="LoginSession"/>.</summary>
public sealed record FamilySession(Status Status, DateTime LastSeenAt, DateTime IdleExpiresAt, DateTime ExpiresAt, int UserEpoch);
