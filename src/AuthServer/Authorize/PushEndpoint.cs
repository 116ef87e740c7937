using AuthServer.Protocol;

namespace AuthServer.Authorize;

/// <summary>
/// The pushed authorization request endpoint (RFC 9126 §2), by POST. Not idempotent: each success is a request of its own. The client is
/// authenticated as at the token endpoint, and the request checked as if a browser had brought it. Errors: those of the authorization
/// endpoint as 400, 401 <c>invalid_client</c>, 413 for a request that is too long, 503 where the database is away.
/// </summary>
internal static class PushEndpoint
{
    /// <summary>What proves who the client is; it is no part of the request, and nothing that is to be kept.</summary>
    private static readonly string[] Credentials = ["client_secret", "client_assertion", "client_assertion_type"];

    private static readonly OAuthError TooLong = OAuthError.InvalidRequest(
        $"The request is longer than {ProtocolParameters.MaxWaitingLength} characters.") with { Status = StatusCodes.Status413PayloadTooLarge };

    public static void MapAuthorize(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/connect/par", HandleAsync).WithProtocolFaults().DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext context,
        ClientAuthentication authentication,
        AuthorizationRequestReader reader,
        PushedRequests pushed,
        CancellationToken cancellationToken)
    {
        if ((await ProtocolParameters.ReadFormAsync(context)).Failed(out var malformed, out var parameters))
        {
            return malformed;
        }

        var (client, failure) = await authentication.AuthenticateAsync(context, parameters, cancellationToken);
        if (client is null)
        {
            return failure!;
        }

        // RFC 9126 §2.1.
        if (parameters["request_uri"] is not null)
        {
            return OAuthError.InvalidRequest("request_uri cannot be pushed.");
        }

        var request = new ProtocolParameters(
            parameters.Values.Where(pair => !Credentials.Contains(pair.Key, StringComparer.Ordinal) && pair.Key != "client_id")
                .Append(new("client_id", client.Client.ClientId)));
        if (!request.MayWait)
        {
            return TooLong;
        }

        var (_, refusal) = await reader.ReadAsync(request, pushed: true, cancellationToken);
        if (refusal is not null)
        {
            return new OAuthError(StatusCodes.Status400BadRequest, refusal.Error, refusal.Description);
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            await pushed.KeepAsync(client.Client.Id, request.Values, cancellationToken),
            contentType: "application/json",
            statusCode: StatusCodes.Status201Created);
    }
}
