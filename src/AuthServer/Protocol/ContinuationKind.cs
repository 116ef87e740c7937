namespace AuthServer.Protocol;

/// <summary>Which endpoint a waiting request goes back to, or which page it waits on.</summary>
internal enum ContinuationKind
{
    Authorize,
    EndSession,
    SignedOut,
    Device,
    DeviceConsent,
    DeviceDone,
}
