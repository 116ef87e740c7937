using System.Net;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 9700 §2.6, Fetch: scripts at the origins of registered clients may call what browser clients call, and nothing else.</summary>
public sealed class CorsTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Origin = "https://spa.example";

    public static TheoryData<string, string> Callable => new()
    {
        { "POST", "/connect/token" }, { "POST", "/connect/revoke" }, { "GET", "/connect/userinfo" }, { "POST", "/connect/userinfo" },
        { "GET", "/.well-known/openid-configuration" }, { "GET", "/.well-known/oauth-authorization-server" }, { "GET", "/.well-known/jwks" },
    };

    [Theory]
    [MemberData(nameof(Callable))]
    public async Task A_registered_origin_may_ask_and_read(string method, string path)
    {
        var preflight = await PreflightAsync(path, Origin, method);
        Assert.Equal(HttpStatusCode.NoContent, preflight.Status);
        Assert.Equal(Origin, preflight.Header("Access-Control-Allow-Origin"));
        Assert.Contains(method, preflight.Header("Access-Control-Allow-Methods")!.Split(','));
        string[] headers = [.. preflight.Header("Access-Control-Allow-Headers")!.Split(',').Order(StringComparer.Ordinal)];
        Assert.Equal(["Authorization", "Content-Type", "DPoP"], headers);
        Assert.Equal("600", preflight.Header("Access-Control-Max-Age"));
        Assert.Null(preflight.Header("Access-Control-Allow-Credentials"));

        var answer = await AskAsync(method, path, Origin);
        ShouldBeReadable(answer);
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
        Assert.Equal("WWW-Authenticate,DPoP-Nonce,Retry-After", answer.Header("Access-Control-Expose-Headers"));
    }

    [Theory]
    [MemberData(nameof(Callable))]
    public async Task Another_origin_may_not_and_caches_know(string method, string path)
    {
        foreach (var origin in new[] { "https://evil.example", "http://spa.example", "https://spa.example:8443", "https://spa.example.evil", "null", "%", "" })
        {
            Assert.Null((await PreflightAsync(path, origin, method)).Header("Access-Control-Allow-Origin"));
            var answer = await AskAsync(method, path, origin);
            Assert.Null(answer.Header("Access-Control-Allow-Origin"));
            Assert.Equal("Origin", answer.Header("Vary"));
        }

        Assert.Equal("Origin", (await AskAsync(method, path, origin: null)).Header("Vary"));
    }

    [Theory]
    [InlineData("GET", "/connect/authorize")]
    [InlineData("GET", "/connect/endsession")]
    [InlineData("POST", "/connect/introspect")]
    [InlineData("GET", "/Identity/Account/Login")]
    [InlineData("GET", "/consent")]
    [InlineData("GET", "/api/revocations")]
    [InlineData("GET", "/")]
    public async Task Pages_the_api_and_what_is_not_for_browsers_stay_closed(string method, string path)
    {
        Assert.Null((await PreflightAsync(path, Origin, method)).Header("Access-Control-Allow-Origin"));
        Assert.Null((await AskAsync(method, path, Origin)).Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("com.example.desktop://")]
    public async Task A_native_clients_loopback_address_opens_nothing(string origin) =>
        Assert.Null((await AskAsync("POST", "/connect/token", origin)).Header("Access-Control-Allow-Origin"));

    [Fact]
    public async Task Errors_can_be_read_too()
    {
        using var refresh = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([new("client_id", "spa"), new("grant_type", "refresh_token"), new("refresh_token", "x")]),
            Headers = { { "Origin", Origin } },
        };
        ShouldBeReadable((await Web.SendAsync(refresh)).ShouldBeInvalidGrant());

        ShouldBeReadable((await AskAsync("GET", "/connect/userinfo", Origin)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token"));

        var tokens = await Spa.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Server.Watch.BeforeStatement = _ => throw new InjectedFault();
        try
        {
            using var userInfo = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo")
            {
                Headers = { { "Origin", Origin }, { "Authorization", $"Bearer {tokens.AccessToken}" } },
            };
            ShouldBeReadable((await Web.SendAsync(userInfo)).ShouldBe(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"));
            ShouldBeReadable((await AskAsync("GET", "/.well-known/jwks", Origin)).ShouldBeOk());
        }
        finally
        {
            Server.Watch.BeforeStatement = null;
        }
    }

    [Fact]
    public async Task The_origins_of_a_disabled_client_are_strangers_again_and_asking_costs_no_more_than_one_statement()
    {
        const string Strict = "https://strict.example";
        Clock.Advance(TimeSpan.FromMinutes(1));
        Server.Watch.Statements.Clear();
        foreach (var origin in new[] { Strict, Origin, "https://a.example", "https://b.example" })
        {
            await AskAsync("GET", "/.well-known/jwks", origin);
        }

        Assert.Single(Server.Watch.Statements, sql => sql.Contains("\"RedirectUris\"", StringComparison.Ordinal));
        ShouldBeReadable(await AskAsync("GET", "/.well-known/jwks", Strict), Strict);

        var id = await Server.ReadAsync(db => db.Clients.Where(c => c.ClientId == "strict").Select(c => c.Id).SingleAsync(Cancellation));
        await Server.WithdrawAsync(new RevocationTarget.Client(id), RevocationCause.ClientDisabled);
        Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null((await AskAsync("GET", "/.well-known/jwks", Strict)).Header("Access-Control-Allow-Origin"));
    }

    private static void ShouldBeReadable(Answer answer, string origin = Origin)
    {
        Assert.Equal(origin, answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("Origin", answer.Header("Vary"));
    }

    private async Task<Answer> PreflightAsync(string path, string origin, string method)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,content-type,dpop");
        return await Web.SendAsync(request);
    }

    private async Task<Answer> AskAsync(string method, string path, string? origin)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "POST" ? new FormUrlEncodedContent([]) : null;
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        return await Web.SendAsync(request);
    }
}
