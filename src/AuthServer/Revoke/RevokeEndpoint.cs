using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;

namespace AuthServer.Revoke;

/// <summary>
/// The revocation endpoint (RFC 7009), by POST. Idempotent: 200 with an empty body for a token that was withdrawn now, before, or was never
/// one. Errors: 400 <c>invalid_request</c>, 401 <c>invalid_client</c>; 503 where the withdrawal is not known to be written down: the
/// client takes the token for alive and tries again (RFC 7009 §2.2.1).
/// </summary>
internal sealed class RevokeEndpoint(
    ClientAuthentication authentication, SealedTokens sealedTokens, AccessTokens accessTokens, RevocationCascade cascade, ILogger<RevokeEndpoint> logger)
    : ProtocolEndpoint(logger)
{
    protected override async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if ((await ProtocolParameters.ReadFormAsync(context)).Failed(out var malformed, out var parameters))
        {
            return malformed;
        }

        // One unit for all: the write that withdraws asks whether the client is still as it is remembered. What withdraws nothing, for whatever reason, goes the long way.
        if (parameters["token"] is { } known && authentication.Recall(context, parameters) is { } recalled && FamilyOf(known, recalled.Client) is { } family
            && (await RevokeAsync(context, family with { AtRegistry = recalled.RegistryVersion }, recalled.Client, cancellationToken)).Withdrawn)
        {
            return TypedResults.Ok();
        }

        var (authenticated, failure) = await authentication.AuthenticateAsync(context, parameters, cancellationToken);
        if (authenticated is null)
        {
            return failure!;
        }

        if (parameters["token"] is not { } token)
        {
            return OAuthError.InvalidRequest("token is missing.");
        }

        // No proof of a bound token's key is asked for: RFC 9449 has none here, and who gives up a stolen token does its owner no harm.
        // The token itself says what it is, so token_type_hint is not needed to find it (RFC 7009 §2.1).
        RevocationTarget? target = FamilyOf(token, authenticated.Client) ?? await AccessTokenOfAsync(token, authenticated.Client, cancellationToken);
        if (target is not null)
        {
            await RevokeAsync(context, target, authenticated.Client, cancellationToken);
        }

        // RFC 7009 §2.2: unknown, dead and another client's token are all answered alike.
        return TypedResults.Ok();
    }

    private Task<RevocationReceipt> RevokeAsync(HttpContext context, RevocationTarget target, Client client, CancellationToken cancellationToken) =>
        cascade.RevokeAsync(target, RevocationCause.ClientRequest, context.ByClient(client), cancellationToken);

    /// <summary>With a refresh token go all access tokens based on the same grant; any generation will do: it is authentic. Null where it is none.</summary>
    private RevocationTarget.Family? FamilyOf(string token, Client client) =>
        sealedTokens.Open(token) is SealedToken.Refresh refresh ? new RevocationTarget.Family(refresh.FamilyId) { OfClient = client.Id } : null;

    private async Task<RevocationTarget?> AccessTokenOfAsync(string token, Client client, CancellationToken cancellationToken)
    {
        if (await accessTokens.ReadAsync(token) is not { } content
            || await accessTokens.FindAliveAsync(content, cancellationToken) is not { } alive
            || alive.Client.Id != client.Id)
        {
            return null;
        }

        var family = alive.Family?.Family;
        return family is not null && client.RevokeFamilyWithAccessToken
            ? new RevocationTarget.Family(family.Id)
            : new RevocationTarget.AccessToken(content.Jti, content.ExpiresAt, family?.Id ?? client.Id, family?.UserId, client.Id);
    }
}
