using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.Extensions.Options;

namespace AuthServer.Device;

/// <summary>
/// The device authorization endpoint (RFC 8628 §3.1), by POST. Not idempotent: each success is a new code. Errors: those of RFC 6749 §5.2, <c>invalid_target</c>, 429 for too many at once from one address, and 503
/// <c>temporarily_unavailable</c> where the database is away.
/// </summary>
internal sealed class DeviceEndpoint(
    ClientAuthentication authentication,
    DeviceAuthorizations devices,
    ResourceIndicators indicators,
    SealedTokens sealedTokens,
    Issuer issuer,
    FailureLimiter failures,
    IOptions<AuthServerOptions> options,
    TimeProvider time,
    ILogger<DeviceEndpoint> logger) : ProtocolEndpoint(logger)
{
    protected override async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if ((await ProtocolParameters.ReadFormAsync(context)).Failed(out var malformed, out var parameters))
        {
            return malformed;
        }

        var (authenticated, failure) = await authentication.AuthenticateAsync(context, parameters, cancellationToken);
        if (authenticated is null)
        {
            return failure!;
        }

        var (client, scope) = (authenticated.Client, ScopeText.Join(ScopeText.Split(parameters["scope"])));
        if (Refusal(client, scope) is { } refusal)
        {
            return refusal;
        }

        // RFC 8707 §2.
        if (!await indicators.AreGoodAsync(parameters.Resources, scope, authenticated.Installation, cancellationToken))
        {
            return OAuthError.InvalidTarget("resource is none that a scope asked for is good for.");
        }

        // RFC 8628 §3.1: a public client proves nothing, so anybody may ask in its name, and every code is a row until it expires.
        var address = FailureLimiter.Address(context.Connection.RemoteIpAddress);
        if (client.IsPublic && !failures.Count(FailureKind.DeviceRequest, address))
        {
            return OAuthError.TooManyFailures(failures.RetryAfter(FailureKind.DeviceRequest, address)) with
            {
                Description = "Too many codes were asked for from this address. Try again later.",
            };
        }

        var now = time.GetUtcNow();
        var lifetime = options.Value.Lifetimes.DeviceCode;
        var id = Guid.CreateVersion7(now);
        UserCode userCode;
        do
        {
            userCode = UserCode.New();
        }
        while (!await devices.OpenAsync(Waiting(userCode), cancellationToken));

        context.Response.Headers.CacheControl = "no-store";
        var response = new DeviceResponse
        {
            DeviceCode = sealedTokens.Seal(new SealedToken.Device(id)),
            UserCode = userCode.Text,
            VerificationUri = issuer.At("/device"),
            VerificationUriComplete = issuer.At($"/device?user_code={userCode.Text}"),
            ExpiresIn = (int)lifetime.TotalSeconds,
            Interval = DeviceAuthorizations.Interval,
        };
        return TypedResults.Json(response, DeviceJson.Default.DeviceResponse, contentType: "application/json");

        DeviceAuthorization Waiting(UserCode code) => new()
        {
            Id = id,
            ClientId = client.Id,
            UserCodeHash = code.Hash,
            Scope = scope,
            Resources = ScopeText.Join(parameters.Resources),
            CreatedAt = now.UtcDateTime,
            ExpiresAt = now.UtcDateTime + lifetime,
            Interval = DeviceAuthorizations.Interval,
        };
    }

    /// <summary>What is wrong with it; the scope is held to the same as at the authorization endpoint.</summary>
    private static OAuthError? Refusal(Client client, string scope) =>
        !client.GrantTypes.Contains(DeviceGrant.Type) ? OAuthError.UnauthorizedClient($"The client is not registered for {DeviceGrant.Type}.")
        : scope.Length == 0 ? OAuthError.InvalidScope("scope is missing.")
        : ScopeText.IsWithin(scope, client.Scope) ? null
        : OAuthError.InvalidScope("A scope is asked for that the client is not registered for.");
}
