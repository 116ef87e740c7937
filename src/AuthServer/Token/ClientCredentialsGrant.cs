using AuthServer.Grants;
using AuthServer.Protocol;

namespace AuthServer.Token;

/// <summary><c>grant_type=client_credentials</c> (RFC 6749 §4.4): the client for itself. Writes nothing but the use of a proof, and gives no refresh token (§4.4.3).</summary>
internal sealed class ClientCredentialsGrant(ResourceIndicators indicators, TokenIssuer issuer, DpopProofs proofs)
{
    public async Task<IResult> HandleAsync(
        HttpContext context, AuthenticatedClient client, ProtocolParameters parameters, CancellationToken cancellationToken)
    {
        // RFC 6749 §4.4: confidential clients only.
        if (client.Client.IsPublic)
        {
            return OAuthError.UnauthorizedClient("client_credentials is for confidential clients.");
        }

        // The standard scopes are about a user, and there is none here.
        var allowed = StandardScopes.Without(client.Client.Scope);
        var scope = parameters["scope"] is { } asked && asked != allowed ? ScopeText.Join(ScopeText.Split(asked)) : allowed;
        if (!ScopeText.IsWithin(scope, allowed))
        {
            return OAuthError.InvalidScope("A scope is asked for that the client may not have for itself.");
        }

        if (!await indicators.AreGoodAsync(parameters.Resources, scope, client.Installation, cancellationToken))
        {
            return OAuthError.InvalidTarget("resource is none that the scope is good for.");
        }

        var (jkt, unproved) = await proofs.DemandAsync(context, client.Client, boundTo: null, cancellationToken);
        if (unproved is not null)
        {
            return unproved;
        }

        var target = await indicators.ChooseAsync(parameters.Resources, scope, client.Installation, cancellationToken);
        var accessToken = issuer.AccessToken(client, target.Scope, target.Resources, jkt);
        return TokenEndpoint.Answer(new TokenResponse
        {
            AccessToken = accessToken.Text,
            TokenType = accessToken.Content.TokenType,
            ExpiresIn = accessToken.ExpiresIn,
            Scope = target.Scope,
        });
    }
}
