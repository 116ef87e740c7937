using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Introspect;

/// <summary>Says whether a token is alive, to those who may know.</summary>
internal sealed class Introspection(
    AuthServerDbContext db,
    SealedTokens sealedTokens,
    AccessTokens accessTokens,
    Issuer issuer,
    IOptions<AuthServerOptions> options,
    TimeProvider time)
{
    public async Task<IntrospectionResponse> AskAsync(string token, Client asker, CancellationToken cancellationToken) =>
        sealedTokens.Open(token) is SealedToken.Refresh refresh
            ? await AskAsync(refresh, asker, cancellationToken)
            : await accessTokens.ReadAsync(token) is { } content
                && await accessTokens.FindAliveAsync(content, cancellationToken) is { } alive
                && MayKnow(asker, alive)
                    ? Describe(alive)
                    : IntrospectionResponse.Inactive;

    // A refresh token is between its client and us. Only one that would still be answered is active.
    private async Task<IntrospectionResponse> AskAsync(SealedToken.Refresh token, Client asker, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var state = await db.FindFamilyAsync(token.FamilyId, jti: null, cancellationToken);
        if (Liveness.WhyDead(state, now) is not null || state!.Family.ClientId != asker.Id || !IsCurrent(state.Family, token, now))
        {
            return IntrospectionResponse.Inactive;
        }

        var family = state.Family;
        return new IntrospectionResponse
        {
            Active = true,
            Iss = issuer.Value,
            ClientId = asker.ClientId,
            Sub = family.UserId.ToString(),
            Username = state.User!.UserName,
            Scope = state.EffectiveScope,
            Iat = EpochTime.GetIntDate(family.RotatedAt),
            Exp = EpochTime.GetIntDate(family.IdleExpiresAt < family.ExpiresAt ? family.IdleExpiresAt : family.ExpiresAt),
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
