using AuthServer.Grants.Entities;

namespace AuthServer.Protocol;

/// <summary>A client that has proved itself to what is remembered of it.</summary>
/// <param name="Client">As it is remembered.</param>
/// <param name="RegistryVersion">Of which it is; the database has to have this one still.</param>
internal readonly record struct RecalledClient(Client Client, long RegistryVersion);
