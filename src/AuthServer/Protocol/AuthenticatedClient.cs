using AuthServer.Grants.Entities;

namespace AuthServer.Protocol;

/// <summary>A client that has proved who it is, or, being public, has only said so.</summary>
/// <param name="Client">Its row as it is now.</param>
/// <param name="InstallationEpoch">Of this database, read in the same statement.</param>
internal sealed record AuthenticatedClient(Client Client, long InstallationEpoch);
