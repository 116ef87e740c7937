using System.Security.Cryptography;
using System.Text;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Core §2 and §3.1.3.7, RFC 9068: what is in the tokens that clients and APIs can read.</summary>
public sealed class JwtTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Oidcc_idtoken_signature()
    {
        var token = await VerifiedAsync((await Web.SignInAsync(Alice)).IdToken, "web");

        Assert.Equal(("RS256", "JWT"), (token.Alg, token.Typ));
    }

    [Fact]
    public async Task An_id_token_says_who_signed_in_when_how_and_for_whom()
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        var tokens = await Web.SignInAsync(Alice);
        var token = new JsonWebToken(tokens.IdToken);

        Assert.Equal(
            ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"],
            token.Claims.Select(claim => claim.Type).Order(StringComparer.Ordinal));
        Assert.Equal((AuthServerFactory.Issuer, "web", tokens.Request.Nonce), (token.Issuer, Assert.Single(token.Audiences), Text(token, "nonce")));
        Assert.Equal((Clock.Now, Clock.Now.AddMinutes(10)), (token.IssuedAt, token.ValidTo));
        Assert.Equal(EpochTime.GetIntDate(Clock.Now), token.GetPayloadValue<long>("auth_time"));
        Assert.Equal(["pwd"], token.GetPayloadValue<string[]>("amr"));
        Assert.True(Guid.TryParse(token.Subject, out _));
    }

    [Fact]
    public async Task At_hash_is_of_the_access_token_beside_it()
    {
        foreach (var clientId in new[] { "web", "opaque" })
        {
            var answer = (await Server.Client(clientId).SignInAsync(Alice)).Answer;
            var half = SHA256.HashData(Encoding.ASCII.GetBytes(answer.AccessToken)).AsSpan(0, 16);

            Assert.Equal(WebEncoders.Base64UrlEncode(half), Text(new JsonWebToken(answer.IdToken), "at_hash"));
        }
    }

    [Fact]
    public async Task A_client_registered_for_es256_gets_it()
    {
        var token = await VerifiedAsync((await Server.Client("opaque").SignInAsync(Alice)).IdToken, "opaque");

        Assert.Equal("ES256", token.Alg);
    }

    [Fact]
    public async Task Two_clients_of_one_session_see_one_sid_and_another_browser_another()
    {
        var first = await Web.SignInAsync(Alice);
        var second = await Shop.SignInAsync(first.Browser, Alice);
        var elsewhere = await Web.SignInAsync(Alice);

        string[] sids = [.. new[] { first, second, elsewhere }.Select(tokens => Text(new JsonWebToken(tokens.IdToken), "sid"))];
        Assert.Equal(sids[0], sids[1]);
        Assert.NotEqual(sids[0], sids[2]);
    }

    [Fact]
    public async Task An_access_token_is_one_of_rfc_9068()
    {
        var tokens = await Web.SignInAsync(Alice, "openid profile");
        var token = await VerifiedAsync(tokens.AccessToken, AuthServerFactory.Issuer);

        Assert.Equal(("ES256", "at+jwt"), (token.Alg, token.Typ));
        Assert.Equal(
            ["acr", "amr", "aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sid", "sub"],
            token.Claims.Select(claim => claim.Type).Order(StringComparer.Ordinal));
        Assert.Equal(("web", "openid profile"), (Text(token, "client_id"), Text(token, "scope")));
        Assert.Equal(new JsonWebToken(tokens.IdToken).Subject, token.Subject);
        Assert.Equal(TimeSpan.FromMinutes(10), token.ValidTo - token.IssuedAt);
        Assert.True(token.Id.Length >= 96 / 6);
    }

    [Fact]
    public async Task An_apis_scope_names_audience_and_claims()
    {
        var token = await VerifiedAsync((await Web.SignInAsync(Alice, "orders.read")).AccessToken, "https://orders.example");

        Assert.Equal(["https://orders.example"], token.Audiences);
        Assert.Equal(Alice.Email, Text(token, "email"));
    }

    [Fact]
    public async Task Scopes_of_several_apis_name_every_audience()
    {
        var answer = await Server.Client("machine").ClientCredentialsAsync("orders.read billing");
        var token = await VerifiedAsync(answer.AccessToken, "https://billing.example");

        Assert.Equal(["https://billing.example", "https://orders.example"], token.Audiences);
        Assert.Equal(("machine", "machine"), (token.Subject, Text(token, "client_id")));
        Assert.DoesNotContain(token.Claims, claim => claim.Type is "sid" or "auth_time" or "amr" or "email");
    }

    [Fact]
    public async Task A_client_registered_for_rs256_access_tokens_gets_them()
    {
        var token = await VerifiedAsync((await Server.Client("once").SignInAsync(Alice)).AccessToken, "https://orders.example");

        Assert.Equal(("RS256", "at+jwt"), (token.Alg, token.Typ));
    }

    [Fact]
    public async Task An_opaque_access_token_tells_nothing()
    {
        var opaque = Server.Client("opaque");
        var tokens = await opaque.SignInAsync(Alice);

        Assert.DoesNotContain('.', tokens.AccessToken);
        await opaque.ShouldBeAliveAsync(tokens);
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("""{"active":false}""", (await opaque.IntrospectAsync(tokens.AccessToken)).Text);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("opaque")]
    public async Task A_hint_that_we_did_not_sign_is_none_whatever_its_header_says(string clientId)
    {
        var client = Server.Client(clientId);
        var tokens = await client.SignInAsync(Alice);
        var jwks = await Server.Http.GetStringAsync("/.well-known/jwks", Cancellation);
        var request = client.Request().With("prompt", "none");
        _ = Server.Receivers["keys.evil.example"];

        foreach (var forged in Forged.WaysToForge(tokens.IdToken, jwks).Append(tokens.AccessToken))
        {
            Assert.Equal("invalid_request", (await tokens.Browser.VisitAsync(request.With("id_token_hint", forged).Url)).Error);
        }

        Assert.NotNull((await tokens.Browser.VisitAsync(request.With("id_token_hint", tokens.IdToken).Url)).Code);
        Assert.Equal(0, Server.Receivers["keys.evil.example"].Fetches);
    }

    /// <summary>Verifies as a client would: with the published keys, and nothing else.</summary>
    private async Task<JsonWebToken> VerifiedAsync(string token, string audience)
    {
        var keys = new JsonWebKeySet(await Server.Http.GetStringAsync("/.well-known/jwks", Cancellation));
        Assert.Contains(keys.Keys, key => key.Kid == new JsonWebToken(token).Kid && key.Alg == new JsonWebToken(token).Alg);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = AuthServerFactory.Issuer,
            ValidAudience = audience,
            IssuerSigningKeys = keys.GetSigningKeys(),
            TryAllIssuerSigningKeys = false,
            LifetimeValidator = (_, expires, _, _) => expires > Clock.Now,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }

    private static string Text(JsonWebToken token, string claim) => token.GetPayloadValue<string>(claim);
}
