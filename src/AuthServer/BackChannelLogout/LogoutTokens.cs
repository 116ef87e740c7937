using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using AuthServer.Keys;
using AuthServer.Protocol;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.BackChannelLogout;

/// <summary>Makes logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4), each attempt its own.</summary>
internal sealed class LogoutTokens(SigningKeyRing keys, Issuer issuer, TimeProvider time)
{
    private const int JtiLength = 32;

    // §2.4 advises two minutes at most.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, object> Events = new(StringComparer.Ordinal)
    {
        ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>(StringComparer.Ordinal),
    };

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Never with a <c>nonce</c>, so that nobody takes it for an ID token (§2.4).</summary>
    public string For(Client client, Delivery delivery)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Iss] = issuer.Value,
            [JwtRegisteredClaimNames.Aud] = client.ClientId,
            [JwtRegisteredClaimNames.Iat] = EpochTime.GetIntDate(now),
            [JwtRegisteredClaimNames.Exp] = EpochTime.GetIntDate(now + Lifetime),
            [JwtRegisteredClaimNames.Jti] = RandomNumberGenerator.GetHexString(JtiLength, lowercase: true),
            [JwtRegisteredClaimNames.Sub] = delivery.UserId.ToString(),
            ["events"] = Events,
        };
        if (delivery.SessionId is { } sid)
        {
            claims[JwtRegisteredClaimNames.Sid] = sid.ToString();
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "logout+jwt",
            Claims = claims,
            SigningCredentials = keys.Credentials(client.IdTokenSignedResponseAlg),
        });
    }
}
