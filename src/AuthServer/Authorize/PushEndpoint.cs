using AuthServer.Protocol;

namespace AuthServer.Authorize;

/// <summary>
/// The pushed authorization request endpoint (RFC 9126 §2), by POST. Not idempotent: each success is a request of its own. The client is
/// authenticated as at the token endpoint, and the request checked as if a browser had brought it. A DPoP proof stands for <c>dpop_jkt</c>
/// (RFC 9449 §10.1). Errors: those of the authorization endpoint as 400, 400 <c>invalid_dpop_proof</c> and <c>use_dpop_nonce</c>, 401
/// <c>invalid_client</c>, 413 for a request that is too long, 503 where the database is away.
/// </summary>
internal sealed class PushEndpoint(ClientAuthentication authentication, DpopProofs proofs, ILogger<PushEndpoint> logger) : ProtocolEndpoint(logger)
{
    /// <summary>What proves who the client is; it is no part of the request, and nothing that is to be kept.</summary>
    private static readonly string[] Credentials = ["client_secret", "client_assertion", "client_assertion_type"];

    /// <summary>The authorization request's name for the thumbprint of the key that its code is bound to (RFC 9449 §10).</summary>
    private const string BoundTo = "dpop_jkt";

    private static readonly OAuthError TooLong = OAuthError.InvalidRequest(
        $"The request is longer than {ProtocolParameters.MaxWaitingLength} characters.") with { Status = StatusCodes.Status413PayloadTooLarge };

    protected override async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken)
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

        var (proof, unproved) = await proofs.ReadAsync(context, accessToken: null);
        if (unproved is not null)
        {
            return unproved;
        }

        // RFC 9449 §10.1.
        if (proof is not null && parameters[BoundTo] is { } named && named != proof.Jkt)
        {
            return DpopProofs.Invalid("dpop_jkt is another key than the proof's.");
        }

        var request = Kept(parameters, client.Client.ClientId, proof);
        if (!request.MayWait)
        {
            return TooLong;
        }

        // It alone is made anew for each request, with a context of its own.
        var reader = context.RequestServices.GetRequiredService<AuthorizationRequestReader>();
        var (_, refusal) = await reader.ReadAsync(request, pushed: true, cancellationToken);
        if (refusal is not null)
        {
            return new OAuthError(StatusCodes.Status400BadRequest, refusal.Error, refusal.Description);
        }

        if (proof is not null && await proofs.UseAsync(proof, cancellationToken) is { } used)
        {
            return used;
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            await context.RequestServices.GetRequiredService<PushedRequests>().KeepAsync(client.Client.Id, request.Values, cancellationToken),
            contentType: "application/json",
            statusCode: StatusCodes.Status201Created);
    }

    /// <summary>What is kept of what was sent: the key that was proved as if it had been named.</summary>
    private static ProtocolParameters Kept(ProtocolParameters sent, string clientId, DpopProof? proof)
    {
        var kept = sent.Values.Where(pair => !Credentials.Contains(pair.Key, StringComparer.Ordinal))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        kept["client_id"] = clientId;
        if (proof is not null)
        {
            kept[BoundTo] = proof.Jkt;
        }

        return new ProtocolParameters(kept);
    }
}
