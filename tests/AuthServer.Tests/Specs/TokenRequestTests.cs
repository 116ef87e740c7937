using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 6749 §2.3, §3.2, §4.4 and §5.2: who asks at the token endpoint, and how.</summary>
public sealed class TokenRequestTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Path = "/connect/token";

    private RelyingParty Machine { get; } = server.Client("machine");

    [Fact]
    public async Task Client_credentials_give_an_access_token_and_nothing_else()
    {
        var answer = (await Machine.ClientCredentialsAsync("orders.read")).ShouldBeOk();

        Assert.Equal(["access_token", "expires_in", "scope", "token_type"], answer.Json.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal(("true", "machine", "machine"), await ActiveAsync(answer));
    }

    [Fact]
    public async Task Client_credentials_without_scope_give_all_that_is_not_about_a_person()
    {
        Assert.Equal("orders.read orders.write billing", (await Machine.ClientCredentialsAsync()).ShouldBeOk().Scope);
    }

    [Fact]
    public async Task Client_credentials_may_be_opaque()
    {
        var opaque = Server.Client("opaque");
        var answer = (await opaque.ClientCredentialsAsync()).ShouldBeOk();

        Assert.DoesNotContain('.', answer.AccessToken);
        Assert.Equal(("true", "opaque", "opaque"), await ActiveAsync(answer));
    }

    [Theory]
    [InlineData("openid")]
    [InlineData("orders.read openid")]
    [InlineData("nothing.of.theirs")]
    public async Task Client_credentials_never_give_what_is_about_a_person_or_not_theirs(string scope)
    {
        (await Machine.ClientCredentialsAsync(scope)).ShouldBe(HttpStatusCode.BadRequest, "invalid_scope");
    }

    [Fact]
    public async Task A_grant_the_client_is_not_registered_for_is_refused()
    {
        (await Web.ClientCredentialsAsync()).ShouldBe(HttpStatusCode.BadRequest, "unauthorized_client");
        (await Machine.RefreshAsync("x")).ShouldBe(HttpStatusCode.BadRequest, "unauthorized_client");
    }

    [Theory]
    [InlineData("password")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange")]
    [InlineData("Authorization_Code")]
    public async Task A_grant_nobody_knows_is_unsupported(string grantType)
    {
        (await Web.PostAsync(Path, [("grant_type", grantType)])).ShouldBe(HttpStatusCode.BadRequest, "unsupported_grant_type");
    }

    [Theory]
    [InlineData("grant_type", null)]
    [InlineData("grant_type", "")]
    [InlineData("grant_type", "authorization_code")]
    [InlineData("grant_type", "refresh_token")]
    public async Task What_is_missing_is_an_invalid_request(string name, string? value)
    {
        (await Web.PostAsync(Path, [(name, value)])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("grant_type", "refresh_token")]
    [InlineData("refresh_token", "x")]
    [InlineData("whatever", "x")]
    public async Task A_parameter_given_twice_is_an_invalid_request(string name, string value)
    {
        var tokens = await Web.SignInAsync(Alice);
        (string, string?)[] form = [("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken), (name, value), (name, value)];

        (await Web.PostAsync(Path, form)).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Theory]
    [InlineData("web", "wrong", "client_secret_basic")]
    [InlineData("web", "", "client_secret_basic")]
    [InlineData("web", null, "none")]
    [InlineData("web", "web-secret-+/=%: 0123456789", "client_secret_post")]
    [InlineData("shop", "shop-secret-0123456789", "client_secret_basic")]
    [InlineData("shop", "wrong", "client_secret_post")]
    [InlineData("spa", "anything", "client_secret_post")]
    [InlineData("spa", "anything", "client_secret_basic")]
    public async Task Authentication_that_fails_is_401_with_a_challenge_and_uses_up_nothing(string clientId, string? secret, string method)
    {
        var client = Server.Client(clientId);
        var tokens = await client.SignInAsync(Alice);

        var answer = (await client.With(secret, method).RefreshAsync(tokens.RefreshToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");

        Assert.StartsWith("Basic ", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        await client.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task An_unknown_client_is_answered_like_a_wrong_secret()
    {
        var unknown = new RelyingParty(Server, Web.Registration with { ClientId = "nobody" });

        var answers = (await unknown.RefreshAsync("x"), await Web.With("wrong", "client_secret_basic").RefreshAsync("x"));

        Assert.Equal(answers.Item2.Text, answers.Item1.Text);
        answers.Item1.ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_disabled_client_is_refused_and_what_it_held_is_dead()
    {
        var disabled = Server.Client("disabled");
        var mine = (await disabled.ClientCredentialsAsync()).ShouldBeOk();
        var theirs = await disabled.SignInAsync(Alice);
        var id = await Server.ReadAsync(db => db.Clients.Where(c => c.ClientId == "disabled").Select(c => c.Id).SingleAsync());
        await Server.WithdrawAsync(new RevocationTarget.Client(id), RevocationCause.ClientDisabled);

        // First of all: this is where the client is still remembered as it was.
        (await disabled.RefreshAsync(theirs.RefreshToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        (await disabled.ClientCredentialsAsync()).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        foreach (var token in new[] { mine.AccessToken, theirs.AccessToken })
        {
            Assert.Equal("""{"active":false}""", (await Api.IntrospectAsync(token)).Text);
        }

        (await Web.UserInfoAsync(theirs.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        var arrival = await theirs.Browser.VisitAsync(disabled.Request().Url);
        Assert.Equal((null, HttpStatusCode.BadRequest), (arrival.Uri, arrival.Page.Status));
    }

    [Fact]
    public async Task More_than_one_method_of_authentication_is_an_invalid_request()
    {
        (await Web.PostAsync(Path, [("grant_type", "refresh_token"), ("client_secret", Web.Registration.Secret)]))
            .ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Web.PostAsync(Path, [("grant_type", "refresh_token"), ("client_id", "shop")])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_authenticated_client_may_name_itself_too()
    {
        var tokens = await Web.SignInAsync(Alice);

        (await Web.PostAsync(Path, [("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken), ("client_id", "web")])).ShouldBeOk();
    }

    [Theory]
    [InlineData("Bearer abc")]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic d2Vi")]
    [InlineData("Basic OnNlY3JldA==")]
    [InlineData("Basic d2ViADp4")]
    [InlineData("Basic d2ViJTAwOng=")]
    [InlineData("Basic //79/Pv6")]
    public async Task An_authorization_header_that_is_not_basic_is_401(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Form("grant_type=refresh_token&refresh_token=x") };
        request.Headers.TryAddWithoutValidation("Authorization", header);

        (await Web.SendAsync(request)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Theory]
    [InlineData("application/json", """{"grant_type":"client_credentials"}""")]
    [InlineData("text/plain", "grant_type=client_credentials")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=grant_type\r\n\r\nclient_credentials\r\n--x--\r\n")]
    [InlineData("multipart/form-data", "")]
    [InlineData(null, "grant_type=client_credentials")]
    public async Task Only_a_form_is_read(string? contentType, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body)) };
        request.Content.Headers.Remove("Content-Type");
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("machine:machine-secret-0123456789"u8));
        (await Web.SendAsync(request)).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task What_is_in_the_query_is_not_looked_at()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path + "?grant_type=client_credentials&client_id=machine&client_secret=machine-secret-0123456789")
        {
            Content = Form("x=y"),
        };

        (await Web.SendAsync(request)).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_post_is_answered(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Web.SendAsync(request)).Status);
    }

    private async Task<(string? Active, string? Sub, string? ClientId)> ActiveAsync(Answer answer)
    {
        var told = await Api.IntrospectAsync(answer.AccessToken);
        return (told.Member("active"), told.Member("sub"), told.Member("client_id"));
    }

    private static StringContent Form(string body) => new(body, Encoding.ASCII, "application/x-www-form-urlencoded");
}
