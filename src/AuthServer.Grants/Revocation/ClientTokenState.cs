using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>What a client-credentials token hangs from, as one statement read it.</summary>
/// <param name="Client">As it was at this very registry version (<see cref="Registry"/>); null where the row is gone.</param>
/// <param name="Installation">Of this database.</param>
/// <param name="AccessTokenRevoked">The token was withdrawn alone.</param>
public sealed record ClientTokenState(Client? Client, InstallationState Installation, bool AccessTokenRevoked);
