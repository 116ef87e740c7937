using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>Makes tokens. It writes nothing: what makes a token alive is committed before anybody is given it.</summary>
internal sealed class TokenIssuer(
    SigningKeyRing keys, SealedTokens sealedTokens, Issuer issuer, IOptions<AuthServerOptions> options, CryptoMetrics metrics, TimeProvider time)
{
    // As many as a token has, as a rule.
    private const int Claims = 16;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>An access token of a user's grant: <c>at+jwt</c> (RFC 9068 §2.2), or opaque where the client is registered so.</summary>
    /// <param name="state">The family, as it was when it was found alive.</param>
    /// <param name="scope">What is effective for this token.</param>
    /// <param name="resources">What the scopes are good for, and which claims they carry.</param>
    /// <param name="jkt">Thumbprint of the key it is bound to; null: to none.</param>
    public AccessToken AccessToken(FamilyState state, string scope, ScopeResources resources, string? jkt)
    {
        var family = state.Family;
        var content = Content(TokenId.ForFamily(family.Id), scope, resources, jkt);
        return Form(content, state.Client!, () =>
        {
            var claims = new Dictionary<string, object>(Claims, StringComparer.Ordinal)
            {
                [JwtRegisteredClaimNames.Sub] = family.UserId.ToString(),
                [JwtRegisteredClaimNames.AuthTime] = EpochTime.GetIntDate(family.AuthTime),
                [JwtRegisteredClaimNames.Amr] = ScopeText.Split(family.Amr),
            };
            AddSession(claims, family);
            foreach (var (name, value) in UserClaims.Named(state.User!, resources.Claims))
            {
                claims[name] = value;
            }

            return claims;
        });
    }

    /// <summary>An access token of the client itself (RFC 6749 §4.4): its subject is the client (RFC 9068 §2.2).</summary>
    public AccessToken AccessToken(AuthenticatedClient authenticated, string scope, ScopeResources resources, string? jkt)
    {
        var client = authenticated.Client;
        var content = Content(TokenId.ForClient(client.Id, client.Epoch, authenticated.Installation.Epoch), scope, resources, jkt);
        return Form(content, client, () => new(Claims, StringComparer.Ordinal) { [JwtRegisteredClaimNames.Sub] = client.ClientId });
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
        var claims = new Dictionary<string, object>(Claims, StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Iss] = issuer.Value,
            [JwtRegisteredClaimNames.Sub] = family.UserId.ToString(),
            [JwtRegisteredClaimNames.Aud] = client.ClientId,
            [JwtRegisteredClaimNames.Iat] = EpochTime.GetIntDate(now),
            [JwtRegisteredClaimNames.Exp] = EpochTime.GetIntDate(now + options.Value.Lifetimes.IdToken),
            [JwtRegisteredClaimNames.AuthTime] = EpochTime.GetIntDate(family.AuthTime),
            [JwtRegisteredClaimNames.Amr] = ScopeText.Split(family.Amr),
            [JwtRegisteredClaimNames.AtHash] = LeftHalf(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken))),
        };
        AddSession(claims, family);
        foreach (var (name, value) in ToldClaims.InIdToken(state))
        {
            claims[name] = value;
        }

        if (nonce is not null)
        {
            claims[JwtRegisteredClaimNames.Nonce] = nonce;
        }

        metrics.Signed();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = keys.Credentials(client.IdTokenSignedResponseAlg),
        });
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

    private AccessToken Form(AccessTokenContent content, Client client, Func<Dictionary<string, object>> claims)
    {
        if (client.AccessTokenFormat == "opaque")
        {
            return new AccessToken(sealedTokens.Seal(new SealedToken.Access(content)), content);
        }

        var all = claims();
        all[JwtRegisteredClaimNames.Iss] = issuer.Value;
        all[JwtRegisteredClaimNames.Aud] = content.Audience is [var single] ? single : content.Audience;
        all[JwtRegisteredClaimNames.Iat] = EpochTime.GetIntDate(content.IssuedAt);
        all[JwtRegisteredClaimNames.Exp] = EpochTime.GetIntDate(content.ExpiresAt);
        all[JwtRegisteredClaimNames.Jti] = content.Jti;
        all["client_id"] = client.ClientId;
        all["scope"] = content.Scope;
        if (content.Jkt is { } jkt)
        {
            all["cnf"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["jkt"] = jkt };
        }

        metrics.Signed();
        var jwt = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Claims = all,
            SigningCredentials = keys.Credentials(client.AccessTokenSignedResponseAlg),
        });
        return new AccessToken(jwt, content);
    }

    private static void AddSession(Dictionary<string, object> claims, TokenFamily family)
    {
        if (family.SessionId is { } sid)
        {
            claims[JwtRegisteredClaimNames.Sid] = sid.ToString();
        }

        if (family.Acr is { } acr)
        {
            claims[JwtRegisteredClaimNames.Acr] = acr;
        }
    }

    private static string LeftHalf(byte[] hash) => Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
}
