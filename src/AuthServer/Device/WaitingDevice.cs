using AuthServer.Grants.Entities;

namespace AuthServer.Device;

/// <summary>A device that waits for a decision, and who it works for.</summary>
internal sealed record WaitingDevice(DeviceAuthorization Authorization, Client Client);
