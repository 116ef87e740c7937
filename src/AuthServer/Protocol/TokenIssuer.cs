using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Protocol;

/// <summary>Makes tokens. It writes nothing: what makes a token alive is committed before anybody is given it.</summary>
internal sealed class TokenIssuer(
    SigningKeyRing keys, SealedTokens sealedTokens, Issuer issuer, IOptions<AuthServerOptions> options, CryptoMetrics metrics, TimeProvider time)
{
    // RFC 9068 §2.1.
    private static readonly Dictionary<string, object> AccessTokenType = new(StringComparer.Ordinal) { [JwtHeaderParameterNames.Typ] = "at+jwt" };

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>An access token of a user's grant: <c>at+jwt</c> (RFC 9068 §2.2), or opaque where the client is registered so.</summary>
    /// <param name="state">The family, as it was when it was found alive.</param>
    /// <param name="scope">What is effective for this token.</param>
    /// <param name="resources">What the scopes are good for, and which claims they carry.</param>
    /// <param name="jkt">Thumbprint of the key it is bound to; null: to none.</param>
    public AccessToken AccessToken(FamilyState state, string scope, ScopeResources resources, string? jkt)
    {
        var (family, client) = (state.Family, state.Client!);
        var content = Content(TokenId.ForFamily(family.Id), scope, resources, jkt);
        if (IsOpaque(client))
        {
            return Seal(content);
        }

        using var claims = Claims(content, client);
        claims.Add(JwtRegisteredClaimNames.Sub, family.UserId);
        AddSignIn(claims, family);
        claims.Add(UserClaims.Named(state.User!, resources.Claims));
        return Sign(content, client, claims);
    }

    /// <summary>An access token of the client itself (RFC 6749 §4.4): its subject is the client (RFC 9068 §2.2).</summary>
    public AccessToken AccessToken(AuthenticatedClient authenticated, string scope, ScopeResources resources, string? jkt)
    {
        var client = authenticated.Client;
        var content = Content(TokenId.ForClient(client.Id, client.Epoch, authenticated.Installation.Epoch), scope, resources, jkt);
        if (IsOpaque(client))
        {
            return Seal(content);
        }

        using var claims = Claims(content, client);
        claims.Add(JwtRegisteredClaimNames.Sub, client.ClientId);
        return Sign(content, client, claims);
    }

    /// <summary>The family's current refresh token.</summary>
    public string RefreshToken(TokenFamily family) =>
        sealedTokens.Seal(new SealedToken.Refresh(family.Id, family.Generation, family.Stamp));

    /// <summary>An ID token (OpenID Connect Core §2). What the scopes tell of the user is at the userinfo endpoint (§5.4), unless the <c>claims</c> parameter asked for it here (§5.5).</summary>
    /// <param name="state">The family.</param>
    /// <param name="accessToken">Its digest becomes <c>at_hash</c> (§3.1.3.6).</param>
    /// <param name="nonce">Only in the first ID token of a family (§12.2).</param>
    public string IdToken(FamilyState state, string accessToken, string? nonce)
    {
        var (family, client) = (state.Family, state.Client!);
        var now = time.GetUtcNow().UtcDateTime;
        using var claims = new TokenClaims();
        claims.Add(JwtRegisteredClaimNames.Iss, issuer.Value);
        claims.Add(JwtRegisteredClaimNames.Sub, family.UserId);
        claims.Add(JwtRegisteredClaimNames.Aud, client.ClientId);
        claims.Add(JwtRegisteredClaimNames.Iat, now);
        claims.Add(JwtRegisteredClaimNames.Exp, now + options.Value.Lifetimes.IdToken);
        claims.Add(JwtRegisteredClaimNames.AtHash, LeftHalf(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken))));
        AddSignIn(claims, family);
        claims.Add(ToldClaims.InIdToken(state));
        if (nonce is not null)
        {
            claims.Add(JwtRegisteredClaimNames.Nonce, nonce);
        }

        metrics.Signed();
        return _handler.CreateToken(claims.End(), keys.Credentials(client.IdTokenSignedResponseAlg));
    }

    private AccessTokenContent Content(TokenId id, string scope, ScopeResources resources, string? jkt)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var issuedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        return new AccessTokenContent(
            id.Text,
            issuedAt,
            issuedAt + options.Value.Lifetimes.AccessToken,
            scope,
            resources.Audience.Count > 0 ? resources.Audience : [issuer.Value],
            jkt);
    }

    private static bool IsOpaque(Client client) => client.AccessTokenFormat == "opaque";

    private AccessToken Seal(AccessTokenContent content) => new(sealedTokens.Seal(new SealedToken.Access(content)), content);

    private AccessToken Sign(AccessTokenContent content, Client client, TokenClaims claims)
    {
        metrics.Signed();
        return new AccessToken(_handler.CreateToken(claims.End(), keys.Credentials(client.AccessTokenSignedResponseAlg), AccessTokenType), content);
    }

    /// <summary>What every access token that is a JWT says.</summary>
    private TokenClaims Claims(AccessTokenContent content, Client client)
    {
        var claims = new TokenClaims();
        claims.Add(JwtRegisteredClaimNames.Iss, issuer.Value);
        if (content.Audience is [var single])
        {
            claims.Add(JwtRegisteredClaimNames.Aud, single);
        }
        else
        {
            claims.Add(JwtRegisteredClaimNames.Aud, content.Audience);
        }

        claims.Add(JwtRegisteredClaimNames.Iat, content.IssuedAt);
        claims.Add(JwtRegisteredClaimNames.Exp, content.ExpiresAt);
        claims.Add(JwtRegisteredClaimNames.Jti, content.Jti);
        claims.Add("client_id", client.ClientId);
        claims.Add("scope", content.Scope);
        if (content.Jkt is { } jkt)
        {
            claims.Add("cnf", new Dictionary<string, string>(StringComparer.Ordinal) { ["jkt"] = jkt });
        }

        return claims;
    }

    /// <summary>When and how the user signed in, and to which session.</summary>
    private static void AddSignIn(TokenClaims claims, TokenFamily family)
    {
        claims.Add(JwtRegisteredClaimNames.AuthTime, family.AuthTime);
        claims.Add(JwtRegisteredClaimNames.Amr, ScopeText.Split(family.Amr));
        if (family.SessionId is { } sid)
        {
            claims.Add(JwtRegisteredClaimNames.Sid, sid);
        }

        if (family.Acr is { } acr)
        {
            claims.Add(JwtRegisteredClaimNames.Acr, acr);
        }
    }

    private static string LeftHalf(byte[] hash) => Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
}
