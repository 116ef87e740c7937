using AuthServer.Grants.Entities;

namespace AuthServer.Grants;

/// <summary>What a new family hangs from, as the transaction that opens it found it.</summary>
/// <param name="GrantId">The valid grant that covers it.</param>
/// <param name="Session">The live session; the family takes the user's epoch from it.</param>
/// <param name="InstallationEpoch">Of this database.</param>
public sealed record Opening(Guid GrantId, LoginSession Session, long InstallationEpoch);
