using System.Text.Json.Serialization;

namespace AuthServer.Device;

/// <summary>What the device shows, and what it polls with (RFC 8628 §3.2).</summary>
internal sealed record DeviceResponse
{
    [JsonPropertyName("device_code")]
    public required string DeviceCode { get; init; }

    [JsonPropertyName("user_code")]
    public required string UserCode { get; init; }

    [JsonPropertyName("verification_uri")]
    public required string VerificationUri { get; init; }

    [JsonPropertyName("verification_uri_complete")]
    public required string VerificationUriComplete { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("expires_in")]
    public required int ExpiresIn { get; init; }

    /// <summary>Seconds between two polls.</summary>
    [JsonPropertyName("interval")]
    public required int Interval { get; init; }
}

/// <summary>Writes <see cref="DeviceResponse"/> without reflection.</summary>
[JsonSerializable(typeof(DeviceResponse))]
internal sealed partial class DeviceJson : JsonSerializerContext;
