using AuthServer.Grants.Revocation;

namespace AuthServer.Device;

/// <summary>What is carried, sealed, from the code to the decision.</summary>
/// <param name="DeviceId">The device that waits.</param>
/// <param name="UserCode">As the device shows it.</param>
/// <param name="SessionId">Who typed it: a link to the decision is good for nobody else (RFC 8628 §5.4).</param>
internal sealed record DeviceConsent(Guid DeviceId, string UserCode, Guid SessionId)
{
    private const string Device = "device";
    private const string Code = "user_code";
    private const string Sid = "sid";

    public static Dictionary<string, string> Of(WaitingDevice device, UserCode code, SessionState session) => new(StringComparer.Ordinal)
    {
        [Device] = $"{device.Authorization.Id}",
        [Code] = code.Text,
        [Sid] = $"{session.Session.Id}",
    };

    public static DeviceConsent From(IReadOnlyDictionary<string, string> carried) =>
        new(Guid.Parse(carried[Device]), carried[Code], Guid.Parse(carried[Sid]));
}
