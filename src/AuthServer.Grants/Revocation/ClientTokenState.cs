using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>What a client-credentials token hangs from, as one statement read it.</summary>
public sealed record ClientTokenState(Client Client, long? InstallationEpoch, long? KeysVersion, bool AccessTokenRevoked);
