using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using AuthServer.Telemetry;

namespace AuthServer.Token;

/// <summary>
/// The token endpoint (RFC 6749 §3.2), by POST. The client is authenticated before anything else; what it presents is used up last. Errors:
/// RFC 6749 §5.2; RFC 9449 §5, §8; 503 <c>temporarily_unavailable</c> where the database is away, and then nothing is known to be used up.
/// </summary>
internal sealed class TokenEndpoint(
    ClientAuthentication authentication,
    AuthorizationCodeGrant authorizationCode,
    RefreshTokenGrant refreshToken,
    ClientCredentialsGrant clientCredentials,
    TokenMetrics metrics,
    ILogger<TokenEndpoint> logger) : ProtocolEndpoint(logger)
{
    internal static JsonAnswer<TokenResponse> Answer(TokenResponse response) => new(response, TokenJson.Default.TokenResponse);

    protected override async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if ((await ProtocolParameters.ReadFormAsync(context)).Failed(out var malformed, out var parameters))
        {
            return malformed;
        }

        if (parameters["grant_type"] is not { } grantType)
        {
            return OAuthError.InvalidRequest("grant_type is missing.");
        }

        context.Features.Get<MeasuredRequest>()?.GrantType = grantType;

        // One statement for both: the one that reads the family says whether the client is still as it is remembered.
        if (grantType == "refresh_token" && authentication.Recall(context, parameters) is { } recalled
            && await refreshToken.FindAsync(parameters, cancellationToken) is { } found
            && await authentication.ConfirmAsync(recalled, found.Family.Installation, cancellationToken) is { } confirmed)
        {
            return Refuse(confirmed.Client, grantType) ?? await refreshToken.HandleAsync(context, confirmed, found, parameters, cancellationToken);
        }

        var (client, failure) = await authentication.AuthenticateAsync(context, parameters, cancellationToken);
        if (client is null)
        {
            return failure!;
        }

        return Refuse(client.Client, grantType) ?? grantType switch
        {
            "authorization_code" => await authorizationCode.HandleAsync(context, client, parameters, cancellationToken),
            "refresh_token" =>
                await refreshToken.HandleAsync(context, client, await refreshToken.FindAsync(parameters, cancellationToken), parameters, cancellationToken),
            "client_credentials" => await clientCredentials.HandleAsync(context, client, parameters, cancellationToken),
            // It alone asks EF, so no other request is given a context.
            DeviceGrant.Type => await context.RequestServices.GetRequiredService<DeviceCodeGrant>().HandleAsync(context, client, parameters, cancellationToken),
            _ => OAuthError.UnsupportedGrantType($"Supported: authorization_code, refresh_token, client_credentials, {DeviceGrant.Type}."),
        };
    }

    private static OAuthError? Refuse(Client client, string grantType) =>
        grantType is "authorization_code" or "refresh_token" or "client_credentials" or DeviceGrant.Type && !client.GrantTypes.Contains(grantType)
            ? OAuthError.UnauthorizedClient($"The client is not registered for {grantType}.")
            : null;

    protected override void Answered(HttpContext context, IResult answer) => metrics.Answered(context, answer);
}
