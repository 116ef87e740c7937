using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary>A client that has proved who it is, or, being public, has only said so.</summary>
/// <param name="Client">Its row as it is now.</param>
/// <param name="Installation">Of this database, as it was read for that.</param>
internal sealed record AuthenticatedClient(Client Client, InstallationState Installation);
