namespace AuthServer.Grants.Entities;

/// <summary>How far a device authorization has come (RFC 8628 §3.5).</summary>
public enum DeviceStatus
{
    /// <summary>Nobody has decided yet.</summary>
    Pending,

    /// <summary>A user has allowed it: its family waits for the device.</summary>
    Approved,

    /// <summary>A user has said no.</summary>
    Denied,
}
