using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Protocol;

/// <summary>An error answer of a protocol endpoint (RFC 6749 §5.2; RFC 7009 §2.2.1; RFC 7662 §2.3).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Error">A registered error code.</param>
/// <param name="Description">What the client's developer should know; never a token, code or secret.</param>
internal sealed record OAuthError(int Status, string Error, string Description) : IResult
{
    /// <summary>The values of <c>WWW-Authenticate</c>, if there are any.</summary>
    public StringValues Challenge { get; init; }

    /// <summary>Seconds, where trying again later may help.</summary>
    public int? RetryAfter { get; init; }

    public static OAuthError InvalidRequest(string description) => new(StatusCodes.Status400BadRequest, "invalid_request", description);

    public static OAuthError InvalidGrant(string description) => new(StatusCodes.Status400BadRequest, "invalid_grant", description);

    public static OAuthError InvalidScope(string description) => new(StatusCodes.Status400BadRequest, "invalid_scope", description);

    public static OAuthError InvalidTarget(string description) => new(StatusCodes.Status400BadRequest, "invalid_target", description);

    public static OAuthError UnauthorizedClient(string description) =>
        new(StatusCodes.Status400BadRequest, "unauthorized_client", description);

    public static OAuthError UnsupportedGrantType(string description) =>
        new(StatusCodes.Status400BadRequest, "unsupported_grant_type", description);

    /// <summary>RFC 6749 §5.2: 401, with a challenge of the scheme the client may use.</summary>
    public static OAuthError InvalidClient(string description) =>
        new(StatusCodes.Status401Unauthorized, "invalid_client", description) { Challenge = "Basic realm=\"AuthServer\", charset=\"UTF-8\"" };

    /// <summary>The database, or another thing the answer depends on, is away: what was asked for is not known to be done; try again.</summary>
    public static OAuthError Unavailable { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", "The server cannot answer now. Nothing is known to have been changed; try again.") { RetryAfter = 2 };

    /// <summary>
    /// RFC 6585 §4. RFC 6749 §5.2 has no word for it; of the registered ones this is the one that says "later, perhaps" (RFC 6749 §4.1.2.1).
    /// </summary>
    public static OAuthError TooManyFailures(int retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, "temporarily_unavailable", "Too many failures from this address. Nothing was checked; try again later.")
        {
            RetryAfter = retryAfter,
        };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Get<MeasuredRequest>()?.Error = Error;
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (Challenge.Count > 0)
        {
            response.Headers.WWWAuthenticate = Challenge;
        }

        if (RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("error", Error);
        json.WriteString("error_description", Description);
        json.WriteEndObject();
    }
}
