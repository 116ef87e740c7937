using System.Net;
using System.Text.Json.Nodes;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 7521 §4.2, RFC 7523 §3, OpenID Connect Core §9: clients that prove who they are by a key.</summary>
public abstract class ClientAssertionTests(AuthServerFactory server) : SpecFacts(server)
{
    private const string Token = "/connect/token";
    private const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task It_is_good_at_every_endpoint_that_authenticates_clients(string alg)
    {
        var client = await NewClient.WithKeyAsync(Server, new TestKey(alg));

        var tokens = await client.SignInAsync(Alice);
        var refreshed = (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        await client.ShouldBeAliveAsync(refreshed);
        (await client.ClientCredentialsAsync()).ShouldBeOk();
        (await client.RevokeAsync(refreshed.RefreshToken)).ShouldBeOk();
        await client.ShouldBeDeadAsync(refreshed);
    }

    [Theory]
    [InlineData(Token, "")]
    [InlineData(Token, Token)]
    [InlineData("/connect/introspect", Token)]
    [InlineData("/connect/introspect", "/connect/introspect")]
    [InlineData("/connect/revoke", "/connect/revoke")]
    public async Task Its_audience_is_the_issuer_the_token_endpoint_or_the_endpoint_called(string called, string audience)
    {
        var (client, key) = await ClientAsync();

        (await AssertAsync(client, key, (_, payload) => payload["aud"] = AuthServerFactory.Issuer + audience, called)).ShouldBeOk();
        (await AssertAsync(client, key, (_, payload) => payload["aud"] = Both(AuthServerFactory.Issuer + audience, AuthServerFactory.Issuer), called)).ShouldBeOk();
    }

    [Theory]
    [InlineData("iss", "web")]
    [InlineData("iss", null)]
    [InlineData("sub", "web")]
    [InlineData("sub", null)]
    [InlineData("aud", "https://other.example")]
    [InlineData("aud", "https://auth.example/")]
    [InlineData("aud", "https://auth.example/connect/revoke")]
    [InlineData("aud", "https://auth.example https://other.example")]
    [InlineData("aud", null)]
    [InlineData("jti", "")]
    [InlineData("jti", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "0")]
    [InlineData("exp", "661")]
    [InlineData("exp", "99999999999999")]
    [InlineData("nbf", "61")]
    [InlineData("typ", "dpop+jwt")]
    [InlineData("typ", "at+jwt")]
    [InlineData("crit", "exp")]
    public async Task What_is_wrong_with_it_is_not_told_and_uses_up_nothing(string name, string? value)
    {
        var (client, key) = await ClientAsync();
        void Spoil(JsonObject header, JsonObject payload)
        {
            payload["jti"] = "the same";
            var part = name is "typ" or "crit" ? header : payload;
            part[name] = (name, value) switch
            {
                (_, null) => null,
                ("exp" or "nbf", _) => TestKey.Seconds(Clock.Now) + long.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
                ("crit", _) => new JsonArray(value),
                ("aud", _) when value.Contains(' ', StringComparison.Ordinal) => new JsonArray([.. value.Split(' ').Select(one => JsonValue.Create(one))]),
                _ => value,
            };
            if (value is null)
            {
                part.Remove(name);
            }
        }

        ShouldFail(await AssertAsync(client, key, Spoil));

        (await AssertAsync(client, key, (_, payload) => payload["jti"] = "the same")).ShouldBeOk();
    }

    [Fact]
    public async Task It_may_live_ten_minutes_and_begin_a_minute_ahead_of_our_clock()
    {
        var (client, key) = await ClientAsync();

        (await AssertAsync(client, key, (_, payload) =>
        {
            payload["exp"] = TestKey.Seconds(Clock.Now.AddMinutes(11));
            payload["nbf"] = TestKey.Seconds(Clock.Now.AddMinutes(1));
        })).ShouldBeOk();
    }

    [Fact]
    public async Task It_is_good_once_at_one_endpoint()
    {
        var (client, key) = await ClientAsync();
        var assertion = key.Assertion(client.ClientId, Clock.Now);

        (await SendAsync(client, assertion)).ShouldBeOk();
        ShouldFail(await SendAsync(client, assertion));
        ShouldFail(await SendAsync(client, assertion, "/connect/introspect"));
    }

    [Fact]
    public async Task Two_clients_may_choose_the_same_jti()
    {
        foreach (var (client, key) in new[] { await ClientAsync(), await ClientAsync() })
        {
            (await AssertAsync(client, key, (_, payload) => payload["jti"] = "1")).ShouldBeOk();
        }
    }

    [Fact]
    public async Task Of_twenty_at_once_one_wins()
    {
        var (client, key) = await ClientAsync();
        var assertion = key.Assertion(client.ClientId, Clock.Now);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(client, assertion)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), ShouldFail);
    }

    [Fact]
    public async Task A_use_that_could_not_be_written_down_is_503_and_is_none()
    {
        var (client, key) = await ClientAsync();
        var assertion = key.Assertion(client.ClientId, Clock.Now);

        Server.Watch.BeforeStatement = sql =>
        {
            if (sql.Contains("UsedOnce", StringComparison.Ordinal))
            {
                throw new InjectedFault();
            }
        };
        try
        {
            (await SendAsync(client, assertion)).ShouldBe(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        }
        finally
        {
            Server.Watch.BeforeStatement = null;
        }

        (await SendAsync(client, assertion)).ShouldBeOk();
    }

    [Fact]
    public async Task No_key_counts_but_those_the_client_is_registered_with()
    {
        var (client, key) = await ClientAsync();
        var (other, _) = (new TestKey(), Server.Receivers["keys.evil.example"].Answer = Receiver.Always(HttpStatusCode.OK, new TestKey().Jwks));
        (TestKey Key, Action<JsonObject, JsonObject> Change)[] attacks =
        [
            (key, (header, _) => header["alg"] = "none"),
            (key, (header, _) => header["alg"] = "None"),
            (key, (header, _) => header["alg"] = "HS256"),
            (key, (header, _) => header["alg"] = "RS256"),
            (key, (header, _) => header["kid"] = "../../etc/passwd"),
            (key, (header, _) => header["kid"] = "' OR 1=1 --"),
            (other, (header, _) => header["kid"] = key.Kid),
            (other, (header, _) => header.Remove("kid")),
            (other, (header, _) => header["jwk"] = other.Jwk),
            (other, (header, _) => (header["kid"], header["jwk"]) = (key.Kid, other.Jwk)),
            (other, (header, _) => header["jku"] = "https://keys.evil.example/jwks"),
            (other, (header, _) => (header["kid"], header["x5u"]) = (key.Kid, "https://keys.evil.example/x5u")),
        ];
        foreach (var (signer, change) in attacks)
        {
            ShouldFail(await SendAsync(client, signer.Assertion(client.ClientId, Clock.Now, change)));
        }

        foreach (var text in new[] { "x", "a.b.c", "..", "eyJhbGciOiJFUzI1NiJ9..", $"{key.Assertion(client.ClientId, Clock.Now)}.x.y", key.Assertion(client.ClientId, Clock.Now)[..^4] })
        {
            ShouldFail(await SendAsync(client, text));
        }

        Assert.Equal(0, Server.Receivers["keys.evil.example"].Fetches);
        (await AssertAsync(client, key)).ShouldBeOk();
    }

    [Fact]
    public async Task Without_a_kid_the_only_key_is_meant_and_of_two_none()
    {
        var (first, second) = (new TestKey(), new TestKey());
        var one = await NewClient.WithKeyAsync(Server, first);
        var two = await NewClient.WithKeyAsync(Server, first, metadata => metadata with { Jwks = System.Text.Json.JsonDocument.Parse(TestKey.JwksOf(first, second)).RootElement });

        (await AssertAsync(one, first, (header, _) => header.Remove("kid"))).ShouldBeOk();
        ShouldFail(await AssertAsync(two, first, (header, _) => header.Remove("kid")));
        (await AssertAsync(two, second)).ShouldBeOk();
    }

    [Fact]
    public async Task A_client_registered_for_one_algorithm_uses_that()
    {
        var key = new TestKey("RS256");
        var client = await NewClient.WithKeyAsync(Server, key, metadata => metadata with { TokenEndpointAuthSigningAlg = "PS256" });

        ShouldFail(await AssertAsync(client, key));
        (await AssertAsync(client, key, (header, _) => header["alg"] = "PS256")).ShouldBeOk();
    }

    [Fact]
    public async Task A_client_uses_the_method_it_is_registered_for_and_no_other()
    {
        var (client, key) = await ClientAsync();
        var assertion = key.Assertion(client.ClientId, Clock.Now);

        ShouldFail(await client.With(null, "none").ClientCredentialsAsync());
        ShouldFail(await client.With("a secret or other", "client_secret_basic").ClientCredentialsAsync());
        ShouldFail(await SendAsync(client, key.Assertion("machine", Clock.Now)));
        ShouldFail(await SendAsync(client, key.Assertion("nobody", Clock.Now)));
        ShouldFail(await PostAsync(("client_assertion_type", Type), ("client_assertion", assertion), ("client_id", "web")));
        ShouldFail(await PostAsync(("client_assertion_type", Type + "2"), ("client_assertion", assertion)));
        (await PostAsync(("client_assertion", assertion))).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await PostAsync(("client_assertion_type", Type), ("client_id", "web"))).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await PostAsync(("client_assertion_type", Type), ("client_assertion", assertion), ("client_secret", "x"))).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Web.PostAsync(Token, [("grant_type", "client_credentials"), ("client_assertion_type", Type), ("client_assertion", assertion)]))
            .ShouldBe(HttpStatusCode.BadRequest, "invalid_request");

        (await PostAsync(("client_assertion_type", Type), ("client_assertion", assertion), ("client_id", client.ClientId))).ShouldBeOk();
    }

    [Fact]
    public async Task Who_authenticates_by_a_secret_costs_nothing_more()
    {
        var asked = await Server.Watch.CountAsync(async () => (await Server.Client("machine").ClientCredentialsAsync("orders.read")).ShouldBeOk());

        Assert.Equal(1, asked);
    }

    private static JsonArray Both(string one, string other) => [one, other];

    private static void ShouldFail(Answer answer)
    {
        answer.ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        Assert.Equal("Client authentication failed.", answer.Member("error_description"));
    }

    private async Task<(RelyingParty Client, TestKey Key)> ClientAsync()
    {
        var key = new TestKey();
        return (await NewClient.WithKeyAsync(Server, key), key);
    }

    private Task<Answer> AssertAsync(RelyingParty client, TestKey key, Action<JsonObject, JsonObject>? change = null, string path = Token) =>
        SendAsync(client, key.Assertion(client.ClientId, Clock.Now, change), path);

    private static Task<Answer> SendAsync(RelyingParty client, string assertion, string path = Token) => client.With(null, "by hand").PostAsync(
        path,
        [("grant_type", "client_credentials"), ("token", "x"), ("client_assertion_type", Type), ("client_assertion", assertion)]);

    private async Task<Answer> PostAsync(params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Token);
        request.Content = new FormUrlEncodedContent(form.Append(("grant_type", "client_credentials")).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        return await Web.SendAsync(request);
    }
}

public sealed class SqliteClientAssertionTests(SqliteServer server) : ClientAssertionTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlClientAssertionTests(PostgreSqlServer server) : ClientAssertionTests(server), IClassFixture<PostgreSqlServer>;
