using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>What a family's life asks of its <see cref="Grant"/>.</summary>
public sealed record FamilyGrant(Status Status, string Scope);
