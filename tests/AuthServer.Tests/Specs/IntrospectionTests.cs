using System.Net;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 7662: whether a token is alive, told to those who may know.</summary>
public sealed class IntrospectionTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Inactive = """{"active":false}""";

    private RelyingParty OrdersApi { get; } = server.Client("orders-api");

    [Theory]
    [InlineData("web")]
    [InlineData("opaque")]
    public async Task A_live_access_token_is_described(string clientId)
    {
        var client = Server.Client(clientId);
        var tokens = await client.SignInAsync(Alice, "openid orders.read");
        var answer = (await Api.IntrospectAsync(tokens.AccessToken)).ShouldBeOk();
        var idToken = new JsonWebToken(tokens.IdToken);

        Assert.Equal(
            ["acr", "active", "aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sid", "sub", "token_type", "username"],
            answer.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("true", clientId, "Bearer"), (answer.Member("active"), answer.Member("client_id"), answer.Member("token_type")));
        Assert.Equal((idToken.Subject, idToken.GetClaim("sid").Value), (answer.Member("sub"), answer.Member("sid")));
        Assert.Equal(("openid orders.read", Alice.Email), (answer.Scope, answer.Member("username")));
        Assert.Equal(600, answer.Json.GetProperty("exp").GetInt64() - answer.Json.GetProperty("iat").GetInt64());
        Assert.Equal(("application/json", "no-store"), (answer.Header("Content-Type"), answer.Header("Cache-Control")));
    }

    [Fact]
    public async Task A_live_refresh_token_is_described_to_its_own_client_alone()
    {
        var tokens = await Web.SignInAsync(Alice);

        var mine = (await Web.IntrospectAsync(tokens.RefreshToken)).ShouldBeOk();
        Assert.Equal(("true", "web", null), (mine.Member("active"), mine.Member("client_id"), mine.Member("token_type")));
        Assert.Equal(Inactive, (await Shop.IntrospectAsync(tokens.RefreshToken)).Text);
        Assert.Equal(Inactive, (await Api.IntrospectAsync(tokens.RefreshToken)).Text);
    }

    [Theory]
    [InlineData("openid offline_access", 30 * 24)]
    [InlineData("openid", 12)]
    public async Task A_refresh_token_ends_with_its_session_unless_it_is_offline(string scope, int hours)
    {
        var tokens = await Web.SignInAsync(Alice, scope);

        var told = (await Web.IntrospectAsync(tokens.RefreshToken)).ShouldBeOk().Json;
        var lifetime = TimeSpan.FromSeconds(told.GetProperty("exp").GetInt64() - told.GetProperty("iat").GetInt64());
        Assert.InRange(lifetime, TimeSpan.FromHours(hours).Subtract(TimeSpan.FromMinutes(1)), TimeSpan.FromHours(hours));
    }

    [Fact]
    public async Task A_refresh_token_that_was_rotated_away_is_inactive_after_the_leeway()
    {
        var tokens = await Web.SignInAsync(Alice);
        var refreshed = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Assert.Equal("true", (await Web.IntrospectAsync(tokens.RefreshToken)).Member("active"));
        Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(Inactive, (await Web.IntrospectAsync(tokens.RefreshToken)).Text);
        await Web.ShouldBeAliveAsync(refreshed);
    }

    [Fact]
    public async Task Who_may_introspect_certain_resources_learns_of_those_alone()
    {
        var orders = await Web.SignInAsync(Alice, "orders.read");
        var nothing = await Web.SignInAsync(Alice, "openid");

        Assert.Equal("true", (await OrdersApi.IntrospectAsync(orders.AccessToken)).Member("active"));
        Assert.Equal(Inactive, (await OrdersApi.IntrospectAsync(nothing.AccessToken)).Text);
        Assert.Equal("true", (await Api.IntrospectAsync(nothing.AccessToken)).Member("active"));
    }

    [Fact]
    public async Task Who_may_not_introspect_learns_nothing_of_others()
    {
        var tokens = await Web.SignInAsync(Alice);

        Assert.Equal(Inactive, (await Shop.IntrospectAsync(tokens.AccessToken)).Text);
        Assert.Equal("true", (await Web.IntrospectAsync(tokens.AccessToken)).Member("active"));
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("rubbish")]
    public async Task The_hint_is_only_a_hint(string hint)
    {
        var tokens = await Web.SignInAsync(Alice);

        Assert.Equal("true", (await Web.IntrospectAsync(tokens.AccessToken, hint)).Member("active"));
        Assert.Equal("true", (await Web.IntrospectAsync(tokens.RefreshToken, hint)).Member("active"));
    }

    [Fact]
    public async Task A_dead_token_answers_exactly_active_false_whatever_the_reason()
    {
        var expired = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromMinutes(11));
        var revoked = await Web.SignInAsync(Alice);
        await Web.RevokeAsync(revoked.RefreshToken);
        var signedOut = await Web.SignInAsync(Alice);
        await signedOut.Browser.SignOutAsync();
        var person = await Server.NewPersonAsync();
        var disabled = await Web.SignInAsync(person);
        var id = await Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());
        await Server.WithdrawAsync(new RevocationTarget.User(id), RevocationCause.UserDisabled);

        foreach (var token in new[] { expired, revoked, signedOut, disabled }.Select(tokens => tokens.AccessToken).Concat(["rubbish", "a.b.c", expired.IdToken, expired.Code]))
        {
            var answer = (await Api.IntrospectAsync(token)).ShouldBeOk();
            Assert.Equal(Inactive, answer.Text);
        }
    }

    [Fact]
    public async Task Forged_tokens_are_inactive()
    {
        var tokens = await Web.SignInAsync(Alice);
        var jwks = await Server.Http.GetStringAsync("/.well-known/jwks", Cancellation);

        foreach (var forged in Forged.WaysToForge(tokens.AccessToken, jwks))
        {
            Assert.Equal(Inactive, (await Api.IntrospectAsync(forged)).Text);
        }
    }

    [Fact]
    public async Task Authentication_that_fails_is_401()
    {
        var answer = await Api.With("wrong", "client_secret_basic").IntrospectAsync("x");

        answer.ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        Assert.StartsWith("Basic ", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_token_or_one_given_twice_is_an_invalid_request()
    {
        (await Api.PostAsync("/connect/introspect", [])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Api.PostAsync("/connect/introspect", [("token", "a"), ("token", "b")])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Get_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/introspect?token=x");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Api.SendAsync(request)).Status);
    }
}
