using AuthServer.Protocol;

namespace AuthServer.Introspect;

/// <summary>
/// The introspection endpoint (RFC 7662), by POST. Idempotent. A token that is dead, unknown, or none of the asker's business is exactly
/// <c>{"active":false}</c> (§2.2, §4). Errors: 400 <c>invalid_request</c>, 401 <c>invalid_client</c>, 503 where the database is away.
/// </summary>
internal sealed class IntrospectEndpoint(ClientAuthentication authentication, Introspection introspection, ILogger<IntrospectEndpoint> logger) : ProtocolEndpoint(logger)
{
    protected override async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if ((await ProtocolParameters.ReadFormAsync(context)).Failed(out var malformed, out var parameters))
        {
            return malformed;
        }

        // One statement for both: the one that answers for the token says whether the client is still as it is remembered.
        if (parameters["token"] is { } known && authentication.Recall(context, parameters) is { } recalled
            && await introspection.AskAsync(known, recalled.Client, cancellationToken) is (var found, { } told)
            && await authentication.ConfirmAsync(recalled, told, cancellationToken) is not null)
        {
            return Answer(found);
        }

        var (client, failure) = await authentication.AuthenticateAsync(context, parameters, cancellationToken);
        if (client is null)
        {
            return failure!;
        }

        if (parameters["token"] is not { } token)
        {
            return OAuthError.InvalidRequest("token is missing.");
        }

        var (answer, _) = await introspection.AskAsync(token, client.Client, cancellationToken);
        return Answer(answer);
    }

    private static JsonAnswer<IntrospectionResponse> Answer(IntrospectionResponse answer) => new(answer, IntrospectionJson.Default.IntrospectionResponse);
}
