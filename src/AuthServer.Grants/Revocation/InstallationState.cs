using System.Runtime.InteropServices;

namespace AuthServer.Grants.Revocation;

/// <summary>What the one row of the installation says: its epoch, and the versions of what nodes remember.</summary>
/// <param name="Epoch">Of this database.</param>
/// <param name="KeysVersion">Of the signing keys.</param>
/// <param name="RegistryVersion">Of the clients and scopes (<see cref="Registry"/>).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct InstallationState(long Epoch, long KeysVersion, long RegistryVersion);
