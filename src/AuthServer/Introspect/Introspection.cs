using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Introspect;

/// <summary>Says whether a token is alive, to those who may know.</summary>
internal sealed class Introspection(
    LivenessReader liveness,
    SealedTokens sealedTokens,
    AccessTokens accessTokens,
    Issuer issuer,
    IOptions<AuthServerOptions> options,
    TimeProvider time)
{
    /// <summary>What is told, and what the statement told besides; null where none was needed to see that the token is none of ours.</summary>
    public async Task<(IntrospectionResponse Answer, InstallationState? Installation)> AskAsync(string token, Client asker, CancellationToken cancellationToken)
    {
        if (sealedTokens.Open(token) is SealedToken.Refresh refresh)
        {
            return await AskAsync(refresh, asker, cancellationToken);
        }

        if (await accessTokens.ReadAsync(token) is not { } content)
        {
            return (IntrospectionResponse.Inactive, null);
        }

        var (alive, installation) = await accessTokens.AskAsync(content, cancellationToken);
        return (alive is not null && MayKnow(asker, alive) ? Describe(alive) : IntrospectionResponse.Inactive, installation);
    }

    // A refresh token is between its client and us. Only one that would still be answered is active.
    private async Task<(IntrospectionResponse Answer, InstallationState? Installation)> AskAsync(
        SealedToken.Refresh token, Client asker, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (installation, state) = await liveness.FindFamilyAsync(token.FamilyId, jti: null, cancellationToken);
        var active = Liveness.WhyDead(state, now) is null && state!.Family.ClientId == asker.Id && IsCurrent(state.Family, token, now);
        return (active ? Describe(asker, state!) : IntrospectionResponse.Inactive, installation);
    }

    private IntrospectionResponse Describe(Client asker, FamilyState state)
    {
        var family = state.Family;
        var ends = family.IdleExpiresAt < family.ExpiresAt ? family.IdleExpiresAt : family.ExpiresAt;

        // Without offline access it ends with its session at the latest.
        if (state is { IsOffline: false, Session.ExpiresAt: var sessionEnds } && sessionEnds < ends)
        {
            ends = sessionEnds;
        }

        return new IntrospectionResponse
        {
            Active = true,
            Iss = issuer.Value,
            ClientId = asker.ClientId,
            Sub = family.UserId.ToString(),
            Username = state.User!.UserName,
            Scope = state.EffectiveScope,
            Iat = EpochTime.GetIntDate(family.RotatedAt),
            Exp = EpochTime.GetIntDate(ends),
            Sid = family.SessionId?.ToString(),
        };
    }

    private bool IsCurrent(TokenFamily family, SealedToken.Refresh token, DateTime now) =>
        token.Generation == family.Generation
            ? token.Stamp.AsSpan().SequenceEqual(family.Stamp)
            : token.Generation == family.Generation - 1 && now - family.RotatedAt <= options.Value.Lifetimes.RefreshLeeway;

    private static bool MayKnow(Client asker, AliveAccessToken token) =>
        token.Client.Id == asker.Id
        || (asker.Introspection
            && (asker.IntrospectionResources.Count == 0
                || asker.IntrospectionResources.Intersect(token.Content.Audience, StringComparer.Ordinal).Any()));

    private IntrospectionResponse Describe(AliveAccessToken token) => new()
    {
        Active = true,
        Iss = issuer.Value,
        ClientId = token.Client.ClientId,
        Sub = token.Family?.Family.UserId.ToString() ?? token.Client.ClientId,
        Username = token.Family?.User!.UserName,
        Scope = token.Scope,
        TokenType = token.Content.TokenType,
        Cnf = token.Content.Jkt is { } jkt ? new IntrospectionResponse.Confirmation(jkt) : null,
        Aud = token.Content.Audience,
        Iat = EpochTime.GetIntDate(token.Content.IssuedAt),
        Exp = EpochTime.GetIntDate(token.Content.ExpiresAt),
        Jti = token.Content.Jti,
        Sid = token.Family?.Family.SessionId?.ToString(),
        Acr = token.Family?.Family.Acr,
        AuthTime = token.Family is { Family: var family } ? EpochTime.GetIntDate(family.AuthTime) : null,
    };
}
