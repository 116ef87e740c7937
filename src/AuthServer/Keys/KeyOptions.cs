using System.ComponentModel.DataAnnotations;

namespace AuthServer.Keys;

/// <summary>The section <c>AuthServer:Keys</c>: how signing keys follow one another. Time spans are <c>[days.]hours:minutes:seconds</c>.</summary>
public sealed class KeyOptions
{
    /// <summary>How long a key signs before the next one does. Default: 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Use { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a key is published before it signs, so that every client that remembers the key set has it by then. Shorter than
    /// <see cref="Use"/>. Default: 14 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:10:00", "365.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PublishAhead { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// Private keys to sign with, made elsewhere: PEM or PKCS#12; RSA of 2048 bits or more (RS256) or P-256 (ES256). One that the database has
    /// not seen yet signs from that start on. Default: none.
    /// </summary>
    public IList<CertificateFile> Import { get; } = [];
}
