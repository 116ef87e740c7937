using System.ComponentModel.DataAnnotations;

namespace AuthServer;

/// <summary>The section <c>AuthServer:Lifetimes</c>; every value is a time span, <c>[days.]hours:minutes:seconds</c>.</summary>
public sealed class LifetimeOptions
{
    /// <summary>From the user's consent to the code's redemption (RFC 6749 §4.1.2 advises 10 minutes at most). Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan AuthorizationCode { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>From a device's request to the user's consent and the device's poll after it (RFC 8628 §3.2). Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan DeviceCode { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Of a pushed authorization request, until the browser brings it (RFC 9126 §2.2): the user is sent on at once. Default: 90 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PushedRequest { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Of an access token: how long an API that only checks signatures goes on accepting one that was withdrawn. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan AccessToken { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Of an ID token. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan IdToken { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A refresh token that is not used for this long is dead. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RefreshToken { get; set; } = TimeSpan.FromDays(30);

    /// <summary>A token family is dead after this, however often it was refreshed. Default: 365 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RefreshTokenAbsolute { get; set; } = TimeSpan.FromDays(365);

    /// <summary>
    /// For this long after a rotation the token before it still answers, with the current token: two tabs, or a retry after a lost answer,
    /// converge. Later it is a replay (RFC 9700 §4.14.2). Zero: every second use is a replay. Default: 30 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RefreshLeeway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A login session that is not used for this long is over. Default: 2 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromHours(2);

    /// <summary>
    /// So long after the password was typed, what an operator changes or withdraws, and a change of one's own credentials, asks for no sign-in.
    /// Default: 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan FreshSignIn { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A login session is over after this. Default: 12 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Session { get; set; } = TimeSpan.FromHours(12);

    /// <summary>As <see cref="SessionIdle"/>, for "keep me signed in". Default: 14 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PersistentSessionIdle { get; set; } = TimeSpan.FromDays(14);

    /// <summary>As <see cref="Session"/>, for "keep me signed in". Default: 90 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PersistentSession { get; set; } = TimeSpan.FromDays(90);
}
