using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using AuthServer.Protocol;

namespace AuthServer.Token;

/// <summary>What a client gets out of a family that has just been redeemed or rotated, whichever way it came to be.</summary>
internal sealed class FamilyAnswer(ResourceIndicators indicators, TokenIssuer issuer, SigningKeyRing keys)
{
    /// <param name="state">The family, as the write left it.</param>
    /// <param name="scope">What is effective, or less where less was asked for.</param>
    /// <param name="resources">What the request names: this access token is for no more than that (RFC 8707 §2.2).</param>
    /// <param name="jkt">The key it is bound to; null: to none.</param>
    /// <param name="nonce">Only in the first ID token of a family (OpenID Connect Core §12.2).</param>
    /// <param name="cancellationToken">Gives up; what was written stays so, and the leeway answers a retry.</param>
    public async Task<IResult> WriteAsync(
        FamilyState state, string scope, IReadOnlyList<string> resources, string? jkt, string? nonce, CancellationToken cancellationToken)
    {
        // Signed with the keys of the moment at which the family was read: one that was withdrawn before signs nothing more.
        await keys.EnsureAsync(state.Installation.KeysVersion, cancellationToken);
        var target = await indicators.ChooseAsync(resources, state, scope, cancellationToken);
        var accessToken = issuer.AccessToken(state, target.Scope, target.Resources, jkt);
        return TokenEndpoint.Answer(new TokenResponse
        {
            AccessToken = accessToken.Text,
            TokenType = accessToken.Content.TokenType,
            ExpiresIn = accessToken.ExpiresIn,
            RefreshToken = state.Client!.GrantTypes.Contains("refresh_token") ? issuer.RefreshToken(state.Family) : null,
            IdToken = ScopeText.Contains(scope, StandardScopes.OpenId) ? issuer.IdToken(state, accessToken.Text, nonce) : null,
            Scope = target.Scope,
        });
    }
}
