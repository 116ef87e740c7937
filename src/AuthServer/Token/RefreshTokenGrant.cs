using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.Extensions.Options;

namespace AuthServer.Token;

/// <summary>
/// <c>grant_type=refresh_token</c> (RFC 6749 §6), with rotation and reuse detection (RFC 9700 §4.14.2). Within the leeway the token before the
/// current one is answered with the current one; anything older withdraws the family.
/// </summary>
internal sealed partial class RefreshTokenGrant(
    AuthServerDbContext db,
    FamilyRotation rotation,
    SealedTokens sealedTokens,
    TokenIssuer issuer,
    IOptions<AuthServerOptions> options,
    HistoryWatch history,
    ILogger<RefreshTokenGrant> logger)
{
    private const string BadToken = "The refresh token is not valid: unknown, expired, used, withdrawn, or of another client.";

    public async Task<IResult> HandleAsync(
        HttpContext context, AuthenticatedClient client, ProtocolParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters["refresh_token"] is not { } token)
        {
            return OAuthError.InvalidRequest("refresh_token is missing.");
        }

        if (sealedTokens.Open(token) is not SealedToken.Refresh presented
            || await db.FindFamilyAsync(presented.FamilyId, jti: null, cancellationToken) is not { } before
            || before.Family.ClientId != client.Client.Id)
        {
            return OAuthError.InvalidGrant(BadToken);
        }

        // RFC 6749 §6: what is asked for must be within what was given; checked before the token is used up.
        if (parameters["scope"] is { } asked && !ScopeText.IsWithin(asked, before.EffectiveScope))
        {
            return OAuthError.InvalidScope("A scope is asked for that was not given.");
        }

        var outcome = await rotation.RotateAsync(
            presented.FamilyId, presented.Generation, presented.Stamp, Times(), context.ByServer(), cancellationToken);
        switch (outcome)
        {
            case RotationOutcome.Current found:
                return await AnswerAsync(context, found.State, parameters["scope"], cancellationToken);
            case RotationOutcome.Replayed:
                LogReplayed(logger, presented.FamilyId);
                break;
            case RotationOutcome.Ahead:
                history.SawTokenAhead();
                LogAhead(logger, presented.FamilyId);
                break;
        }

        return OAuthError.InvalidGrant(BadToken);
    }

    private RotationTimes Times()
    {
        var lifetimes = options.Value.Lifetimes;
        return new(lifetimes.RefreshLeeway, lifetimes.RefreshToken, new SessionIdle(lifetimes.SessionIdle, lifetimes.PersistentSessionIdle));
    }

    private async Task<IResult> AnswerAsync(HttpContext context, FamilyState state, string? asked, CancellationToken cancellationToken)
    {
        var scope = asked is null ? state.EffectiveScope : ScopeText.Intersect(ScopeText.Join(ScopeText.Split(asked)), state.EffectiveScope);
        var resources = await ScopeResources.OfAsync(db, scope, cancellationToken);
        var accessToken = issuer.AccessToken(state, scope, resources);
        return TokenEndpoint.Answer(context, new TokenResponse
        {
            AccessToken = accessToken.Text,
            ExpiresIn = accessToken.ExpiresIn,
            RefreshToken = issuer.RefreshToken(state.Family),

            // OpenID Connect Core §12.2: no nonce in a later ID token.
            IdToken = ScopeText.Contains(scope, StandardScopes.OpenId) ? issuer.IdToken(state, accessToken.Text, nonce: null) : null,
            Scope = scope,
        });
    }

    [LoggerMessage(1202, LogLevel.Warning, "A refresh token that was rotated away came again; family {FamilyId} is withdrawn.")]
    private static partial void LogReplayed(ILogger logger, Guid familyId);

    [LoggerMessage(1203, LogLevel.Critical,
        "A refresh token of family {FamilyId} knows more than the database: the database went back in time. Nothing was withdrawn.")]
    private static partial void LogAhead(ILogger logger, Guid familyId);
}
