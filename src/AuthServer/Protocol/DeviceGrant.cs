namespace AuthServer.Protocol;

/// <summary>The name of the device authorization grant, where clients are registered for it and where they use it.</summary>
internal static class DeviceGrant
{
    /// <summary>The <c>grant_type</c> (RFC 8628 §3.4).</summary>
    public const string Type = "urn:ietf:params:oauth:grant-type:device_code";
}
