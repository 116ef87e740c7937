using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthServer.Tests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Core §5.3 and §5.4, RFC 6750: what a client may know of a person.</summary>
public sealed class UserInfoTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Path = "/connect/userinfo";

    [Fact]
    public async Task Oidcc_userinfo_get()
    {
        var tokens = await Web.SignInAsync(Alice);
        var answer = (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBeOk();

        Assert.Equal(new JsonWebToken(tokens.IdToken).Subject, answer.Member("sub"));
        Assert.Equal(("application/json", "no-store"), (answer.Header("Content-Type"), answer.Header("Cache-Control")));
    }

    [Fact]
    public async Task Oidcc_userinfo_post_header()
    {
        var tokens = await Web.SignInAsync(Alice);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path);
        request.Headers.Authorization = new AuthenticationHeaderValue("bearer", tokens.AccessToken);

        (await Web.SendAsync(request)).ShouldBeOk();
    }

    [Fact]
    public async Task Oidcc_userinfo_post_body()
    {
        var tokens = await Web.SignInAsync(Alice);

        (await Web.SendAsync(Post($"access_token={tokens.AccessToken}"))).ShouldBeOk();
    }

    [Fact]
    public async Task A_token_sent_twice_is_an_invalid_request()
    {
        var tokens = await Web.SignInAsync(Alice);
        using var request = Post($"access_token={tokens.AccessToken}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        (await Web.SendAsync(request)).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");

        using var doubled = Post($"access_token={tokens.AccessToken}&access_token={tokens.AccessToken}");
        (await Web.SendAsync(doubled)).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_token_in_the_query_is_refused()
    {
        var tokens = await Web.SignInAsync(Alice);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}?access_token={tokens.AccessToken}");

        ShouldAskForAToken(await Web.SendAsync(request));
    }

    [Theory]
    [InlineData("openid", "sub")]
    [InlineData("openid email", "email:string email_verified:boolean sub")]
    [InlineData("openid phone", "phone_number:string phone_number_verified:boolean sub")]
    [InlineData("openid address", "address:object sub")]
    [InlineData("openid roles", "roles:array sub")]
    [InlineData(
        "openid profile",
        "birthdate:string family_name:string given_name:string locale:string name:string picture:string preferred_username:string sub updated_at:number website:string zoneinfo:string")]
    public async Task A_scope_tells_its_claims_in_their_types_and_no_others(string scope, string claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var tokens = await Web.SignInAsync(Alice, scope);
        var told = (await Web.UserInfoAsync(tokens.AccessToken)).Json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal);

        Assert.Equal(
            claims.Split(' ').Select(claim => claim == "sub" ? "sub:string" : claim),
            told.Select(member => $"{member.Name}:{Kind(member.Value)}"));
    }

    [Fact]
    public async Task Oidcc_scope_all()
    {
        var tokens = await Web.SignInAsync(Alice);
        var told = (await Web.UserInfoAsync(tokens.AccessToken)).Json;

        Assert.Equal("Alice Archer", told.GetProperty("name").GetString());
        Assert.Equal("1990-02-03", told.GetProperty("birthdate").GetString());
        Assert.Equal("1 Rabbit Hole\nWonderland", told.GetProperty("address").GetProperty("formatted").GetString());
        Assert.Equal(["admin", "auditor"], told.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.True(told.GetProperty("email_verified").GetBoolean());
    }

    [Fact]
    public async Task What_a_person_has_not_is_left_out()
    {
        var tokens = await Web.SignInAsync(Bob);
        var told = (await Web.UserInfoAsync(tokens.AccessToken)).Json;

        Assert.Equal(
            ["email", "email_verified", "name", "preferred_username", "roles", "sub", "updated_at"],
            told.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.False(told.GetProperty("email_verified").GetBoolean());
    }

    [Fact]
    public async Task Without_a_token_the_challenge_has_no_error()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        ShouldAskForAToken(await Web.SendAsync(request));

        using var basic = new HttpRequestMessage(HttpMethod.Get, Path);
        basic.Headers.TryAddWithoutValidation("Authorization", "Basic d2ViOng=");
        ShouldAskForAToken(await Web.SendAsync(basic));
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZSJ9.")]
    public async Task Rubbish_is_an_invalid_token(string token) => ShouldBeRefused(await Web.UserInfoAsync(token), HttpStatusCode.Unauthorized, "invalid_token");

    [Fact]
    public async Task Other_tokens_of_ours_are_no_access_tokens()
    {
        var tokens = await Web.SignInAsync(Alice);

        foreach (var other in new[] { tokens.IdToken, tokens.RefreshToken, tokens.Code })
        {
            ShouldBeRefused(await Web.UserInfoAsync(other), HttpStatusCode.Unauthorized, "invalid_token");
        }
    }

    [Fact]
    public async Task An_expired_token_is_refused_to_the_second()
    {
        var tokens = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromSeconds(599));
        (await Web.UserInfoAsync(tokens.AccessToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromSeconds(1));

        ShouldBeRefused(await Web.UserInfoAsync(tokens.AccessToken), HttpStatusCode.Unauthorized, "invalid_token");
    }

    [Fact]
    public async Task Without_openid_the_scope_is_insufficient()
    {
        var tokens = await Web.SignInAsync(Alice, "profile");

        ShouldBeRefused(await Web.UserInfoAsync(tokens.AccessToken), HttpStatusCode.Forbidden, "insufficient_scope");
    }

    [Fact]
    public async Task A_clients_own_token_is_about_nobody()
    {
        var answer = await Server.Client("machine").ClientCredentialsAsync("orders.read");

        ShouldBeRefused(await Web.UserInfoAsync(answer.AccessToken), HttpStatusCode.Unauthorized, "invalid_token");
    }

    [Fact]
    public async Task A_withdrawn_token_is_refused()
    {
        var tokens = await Web.SignInAsync(Alice);
        await Web.RevokeAsync(tokens.AccessToken);

        ShouldBeRefused(await Web.UserInfoAsync(tokens.AccessToken), HttpStatusCode.Unauthorized, "invalid_token");
    }

    [Fact]
    public async Task A_token_of_another_server_is_refused()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var tokens = await Web.SignInAsync(Alice);

        ShouldBeRefused(await Web.UserInfoAsync(Forged.SignedBy(key, tokens.AccessToken)), HttpStatusCode.Unauthorized, "invalid_token");
    }

    private static void ShouldBeRefused(Answer answer, HttpStatusCode status, string error)
    {
        answer.ShouldBe(status, error);
        Assert.StartsWith($"Bearer realm=\"AuthServer\", error=\"{error}\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    private static void ShouldAskForAToken(Answer answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("Bearer realm=\"AuthServer\", DPoP algs=\"ES256 PS256 RS256\"", answer.Header("WWW-Authenticate"));
    }

    private static HttpRequestMessage Post(string body) =>
        new(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded") };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
