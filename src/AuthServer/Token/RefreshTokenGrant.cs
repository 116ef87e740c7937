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
    LivenessReader liveness,
    ResourceIndicators indicators,
    FamilyRotation rotation,
    SealedTokens sealedTokens,
    FamilyAnswer answer,
    DpopProofs proofs,
    IOptions<AuthServerOptions> options,
    HistoryWatch history,
    ILogger<RefreshTokenGrant> logger)
{
    private const string Parameter = "refresh_token";
    private const string BadToken = "The refresh token is not valid: unknown, expired, used, withdrawn, or of another client.";

    /// <summary>The refresh token that was sent, and its family as it is; null where none was sent, or it is none of ours. Nothing is judged or used up.</summary>
    public async Task<FoundRefreshToken?> FindAsync(ProtocolParameters parameters, CancellationToken cancellationToken) =>
        parameters[Parameter] is { } token && sealedTokens.Open(token) is SealedToken.Refresh presented
            ? new FoundRefreshToken(presented, await liveness.FindFamilyAsync(presented.FamilyId, jti: null, cancellationToken))
            : null;

    /// <param name="context">The request.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="found">What <see cref="FindAsync"/> has found.</param>
    /// <param name="parameters">What is asked for.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<IResult> HandleAsync(
        HttpContext context, AuthenticatedClient client, FoundRefreshToken? found, ProtocolParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters[Parameter] is null)
        {
            return OAuthError.InvalidRequest("refresh_token is missing.");
        }

        if (found is not { Token: var presented, Family.State: { } before } || before.Family.ClientId != client.Client.Id)
        {
            return OAuthError.InvalidGrant(BadToken);
        }

        // RFC 6749 §6: what is asked for must be within what was given; checked before the token is used up.
        if (parameters["scope"] is { } asked && !ScopeText.IsWithin(asked, before.EffectiveScope))
        {
            return OAuthError.InvalidScope("A scope is asked for that was not given.");
        }

        if (await indicators.RefuseAsync(parameters.Resources, before, Scope(before, parameters), cancellationToken) is { } refused)
        {
            return refused;
        }

        // RFC 9449 §5: a public client's refresh token is bound to its key; a confidential client's is bound to the client already.
        var isPublic = client.Client.IsPublic;
        var (jkt, unproved) = await proofs.DemandAsync(context, client.Client, isPublic ? before.Family.Jkt : null, cancellationToken);
        if (unproved is not null)
        {
            return unproved;
        }

        // Signed while the disk is waited for; handed out only once the rotation is committed.
        (FamilyState State, Task<IResult> Answer)? prepared = null;
        var outcome = await rotation.RotateAsync(
            before,
            presented.Generation,
            presented.Stamp,
            Times(),
            isPublic ? jkt : null,
            context.ByServer(),
            rotated => prepared = (rotated, Task.Run(() => AnswerAsync(rotated))),
            cancellationToken);
        switch (outcome)
        {
            // Somebody bound it between the question above and here: what answers in the leeway is theirs.
            case RotationOutcome.Current { State.Family.Jkt: { } bound } when isPublic && bound != jkt:
                break;
            case RotationOutcome.Current current:
                return await (prepared is { } ready && ReferenceEquals(ready.State, current.State) ? ready.Answer : AnswerAsync(current.State));
            case RotationOutcome.Replayed:
                LogReplayed(logger, presented.FamilyId);
                break;
            case RotationOutcome.Ahead:
                history.SawTokenAhead();
                LogAhead(logger, presented.FamilyId);
                break;
        }

        return OAuthError.InvalidGrant(BadToken);

        Task<IResult> AnswerAsync(FamilyState state) =>
            answer.WriteAsync(state, Scope(state, parameters), parameters.Resources, jkt, nonce: null, cancellationToken);
    }

    private static string Scope(FamilyState state, ProtocolParameters parameters) => parameters["scope"] is { } asked
        ? ScopeText.Intersect(ScopeText.Join(ScopeText.Split(asked)), state.EffectiveScope)
        : state.EffectiveScope;

    private RotationTimes Times()
    {
        var lifetimes = options.Value.Lifetimes;
        return new(lifetimes.RefreshLeeway, lifetimes.RefreshToken, new SessionIdle(lifetimes.SessionIdle, lifetimes.PersistentSessionIdle));
    }

    [LoggerMessage(1202, LogLevel.Warning, "A refresh token that was rotated away came again; family {FamilyId} is withdrawn.")]
    private static partial void LogReplayed(ILogger logger, Guid familyId);

    [LoggerMessage(1203, LogLevel.Critical,
        "A refresh token of family {FamilyId} knows more than the database: the database went back in time. Nothing was withdrawn.")]
    private static partial void LogAhead(ILogger logger, Guid familyId);
}
