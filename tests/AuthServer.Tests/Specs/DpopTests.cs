using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AuthServer.Tests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 9449: tokens that are good in the hands of their key's holder alone.</summary>
public abstract class DpopTests(AuthServerFactory server) : SpecFacts(server)
{
    private const string Token = "/connect/token";
    private const string UserInfo = "/connect/userinfo";

    private readonly TestKey _key = new();

    [Theory]
    [InlineData("web", "ES256")]
    [InlineData("web", "RS256")]
    [InlineData("web", "PS256")]
    [InlineData("opaque", "ES256")]
    [InlineData("spa", "ES256")]
    public async Task Tokens_are_bound_to_the_key_that_was_proved_at_every_grant(string clientId, string alg)
    {
        var key = new TestKey(alg);
        var client = Server.Client(clientId).Proving(key);

        var tokens = (await client.SignInAsync(Alice)).Answer;
        var refreshed = (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();

        foreach (var answer in new[] { tokens, refreshed })
        {
            Assert.Equal("DPoP", answer.Member("token_type"));
            var told = (await Api.IntrospectAsync(answer.AccessToken)).ShouldBeOk();
            Assert.Equal(("DPoP", key.Jkt), (told.Member("token_type"), told.Json.GetProperty("cnf").GetProperty("jkt").GetString()));
        }

        Assert.Equal(clientId == "opaque" ? null : $$"""{"jkt":"{{key.Jkt}}"}""", Cnf(refreshed.AccessToken));
        await client.ShouldBeAliveAsync(refreshed);
    }

    [Theory]
    [InlineData("machine")]
    [InlineData("opaque")]
    public async Task A_clients_own_tokens_are_bound_too(string clientId)
    {
        var answer = (await Server.Client(clientId).Proving(_key).ClientCredentialsAsync("orders.read")).ShouldBeOk();

        Assert.Equal("DPoP", answer.Member("token_type"));
        Assert.Equal($$"""{"jkt":"{{_key.Jkt}}"}""", (await Api.IntrospectAsync(answer.AccessToken)).Member("cnf"));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("opaque")]
    public async Task A_bound_token_is_nothing_to_who_bears_it(string clientId)
    {
        var client = Server.Client(clientId).Proving(_key);
        var token = (await client.SignInAsync(Alice)).AccessToken;

        var borne = (await client.Proving(null).UserInfoAsync(token)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        Assert.StartsWith("Bearer realm=\"AuthServer\", error=\"invalid_token\"", borne.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.EndsWith("DPoP algs=\"ES256 PS256 RS256\"", borne.Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await client.PostAsync(UserInfo, [("access_token", token)])).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        (await client.Proving(new TestKey()).UserInfoAsync(token)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        (await UserInfoAsync(token, proof: null)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");

        (await client.UserInfoAsync(token)).ShouldBeOk();
    }

    [Fact]
    public async Task A_token_that_is_not_bound_is_a_bearers_and_no_more()
    {
        var token = (await Web.SignInAsync(Alice)).AccessToken;

        var refused = (await Web.Proving(_key).UserInfoAsync(token)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        Assert.StartsWith("DPoP algs=\"ES256 PS256 RS256\", error=\"invalid_token\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await UserInfoAsync(token, "rubbish", "Bearer")).ShouldBeOk();
    }

    [Fact]
    public async Task At_userinfo_a_proof_is_for_this_token_this_time()
    {
        var client = Web.Proving(_key);
        var token = (await client.SignInAsync(Alice)).AccessToken;
        var other = (await client.SignInAsync(Alice)).AccessToken;
        string Proof(string? nonce, string? of, string method = "GET", string path = UserInfo) => _key.Proof(method, path, Clock.Now, nonce, of);

        foreach (var wrong in new[] { Proof(client.Nonce, of: null), Proof(client.Nonce, other), Proof(client.Nonce, token, "POST"), Proof(client.Nonce, token, path: Token), "x" })
        {
            var refused = (await UserInfoAsync(token, wrong)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_dpop_proof");
            Assert.Contains("DPoP algs=\"ES256 PS256 RS256\", error=\"invalid_dpop_proof\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }

        var challenged = (await UserInfoAsync(token, Proof(nonce: null, token))).ShouldBe(HttpStatusCode.Unauthorized, "use_dpop_nonce");
        var proof = Proof(challenged.Header("DPoP-Nonce"), token);
        (await UserInfoAsync(token, proof)).ShouldBeOk();
        (await UserInfoAsync(token, proof)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_dpop_proof");
    }

    [Theory]
    [InlineData("typ", "JWT")]
    [InlineData("typ", null)]
    [InlineData("alg", "none")]
    [InlineData("alg", "HS256")]
    [InlineData("alg", "RS256")]
    [InlineData("alg", "PS256")]
    [InlineData("jwk", null)]
    [InlineData("jwk", "foreign")]
    [InlineData("jwk", "private")]
    [InlineData("jwk", "symmetric")]
    [InlineData("jwk", "text")]
    [InlineData("crit", "b64")]
    [InlineData("htm", "GET")]
    [InlineData("htm", "post")]
    [InlineData("htm", null)]
    [InlineData("htu", "https://other.example/connect/token")]
    [InlineData("htu", "http://auth.example/connect/token")]
    [InlineData("htu", "https://auth.example:8443/connect/token")]
    [InlineData("htu", "https://auth.example/connect/userinfo")]
    [InlineData("htu", "https://auth.example/Connect/token")]
    [InlineData("htu", "https://me@auth.example/connect/token")]
    [InlineData("htu", "/connect/token")]
    [InlineData("htu", null)]
    [InlineData("jti", null)]
    [InlineData("jti", "")]
    [InlineData("iat", null)]
    public async Task A_wrong_proof_is_told_and_burns_neither_code_nor_jti(string name, string? value)
    {
        var (code, request) = await Spa.GetCodeAsync(Alice);
        var nonce = await NonceAsync();
        void Spoil(JsonObject header, JsonObject payload)
        {
            payload["jti"] = request.State;
            var part = name is "typ" or "alg" or "jwk" or "crit" ? header : payload;
            part[name] = (name, value) switch
            {
                ("jwk", "foreign") => new TestKey().Jwk,
                ("jwk", "private") => new JsonObject(_key.Jwk.Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))) { ["d"] = "AAAA" },
                ("jwk", "symmetric") => new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" },
                ("crit", _) => new JsonArray(value),
                _ => value,
            };
            if (value is null)
            {
                part.Remove(name);
            }
        }

        var form = RedeemForm(code, request);
        (await SendAsync(Spa, form, _key.Proof("POST", Token, Clock.Now, nonce, change: Spoil))).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        (await SendAsync(Spa, form, _key.Proof("POST", Token, Clock.Now, nonce, change: (_, payload) => payload["jti"] = request.State))).ShouldBeOk();
    }

    /// <summary>RFC 9449 §4.3: it is the key in the header that must have signed, by its own members. A certificate beside them says nothing.</summary>
    [Fact]
    public async Task A_certificate_in_the_proof_stands_for_no_key()
    {
        var (victim, thief) = (new TestKey("RS256"), new TestKey("RS256"));
        var client = Spa.Proving(victim);
        var tokens = await client.SignInAsync(Alice);
        var jwk = victim.Jwk;
        jwk["x5c"] = new JsonArray(thief.Certificate);
        string Proof(string method, string path, string? of = null) =>
            thief.Proof(method, path, Clock.Now, client.Nonce, of, (header, _) => header["jwk"] = jwk.DeepClone());

        (await UserInfoAsync(tokens.AccessToken, Proof("GET", UserInfo, tokens.AccessToken))).ShouldBe(HttpStatusCode.Unauthorized, "invalid_dpop_proof");
        (await SendAsync(Spa, [new("grant_type", "refresh_token"), new("refresh_token", tokens.RefreshToken)], Proof("POST", Token)))
            .ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        await client.ShouldBeAliveAsync(tokens);
    }

    [Theory]
    [InlineData("https://auth.example/connect/token?a=b#c")]
    [InlineData("HTTPS://AUTH.example:443/connect/token")]
    [InlineData("https://auth.example/a/../connect/%74oken")]
    public async Task Htu_is_compared_as_an_address(string htu)
    {
        var nonce = await NonceAsync();

        (await SendAsync(
            Server.Client("machine"), ClientCredentials, _key.Proof("POST", Token, Clock.Now, nonce, change: (_, payload) => payload["htu"] = htu))).ShouldBeOk();
    }

    [Fact]
    public async Task Two_proofs_are_none()
    {
        var nonce = await NonceAsync();
        using var request = Server.Client("machine").Post(Token, ClientCredentials);
        request.Headers.Add("DPoP", [_key.Proof("POST", Token, Clock.Now, nonce), _key.Proof("POST", Token, Clock.Now, nonce)]);

        (await Web.SendAsync(request)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
    }

    [Fact]
    public async Task Of_twenty_uses_of_a_proof_at_once_one_wins()
    {
        var proof = _key.Proof("POST", Token, Clock.Now, await NonceAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(Server.Client("machine"), ClientCredentials, proof)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(answer => answer.Error == "invalid_dpop_proof"));
    }

    [Fact]
    public async Task A_use_that_could_not_be_written_down_is_503_and_burns_nothing()
    {
        var (code, request) = await Spa.GetCodeAsync(Alice);
        var proof = _key.Proof("POST", Token, Clock.Now, await NonceAsync());
        Server.Watch.BeforeStatement = sql =>
        {
            if (sql.Contains("UsedOnce", StringComparison.Ordinal))
            {
                throw new InjectedFault();
            }
        };
        try
        {
            (await SendAsync(Spa, RedeemForm(code, request), proof)).ShouldBe(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        }
        finally
        {
            Server.Watch.BeforeStatement = null;
        }

        (await SendAsync(Spa, RedeemForm(code, request), proof)).ShouldBeOk();
    }

    [Fact]
    public async Task Without_a_nonce_or_with_an_old_one_the_client_is_sent_one_and_nothing_is_burnt()
    {
        var (code, request) = await Spa.GetCodeAsync(Alice);
        Task<Answer> RedeemAsync(string? nonce) => SendAsync(Spa, RedeemForm(code, request), _key.Proof("POST", Token, Clock.Now, nonce));

        var first = (await RedeemAsync(null)).ShouldBe(HttpStatusCode.BadRequest, "use_dpop_nonce").Header("DPoP-Nonce")!;
        foreach (var wrong in new[] { "x", first + "x", first[..^2], new string('A', 5000) })
        {
            Assert.NotNull((await RedeemAsync(wrong)).ShouldBe(HttpStatusCode.BadRequest, "use_dpop_nonce").Header("DPoP-Nonce"));
        }

        (await RedeemAsync(first)).ShouldBeOk();
    }

    [Fact]
    public async Task A_nonce_is_good_for_five_minutes_and_renewed_before()
    {
        var machine = Server.Client("machine");
        Task<Answer> AskAsync(string? nonce) => SendAsync(machine, ClientCredentials, _key.Proof("POST", Token, Clock.Now, nonce));
        var nonce = await NonceAsync();

        Clock.Advance(TimeSpan.FromSeconds(150));
        Assert.Null((await AskAsync(nonce)).ShouldBeOk().Header("DPoP-Nonce"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var next = (await AskAsync(nonce)).ShouldBeOk().Header("DPoP-Nonce");
        Assert.NotNull(next);
        Clock.Advance(TimeSpan.FromSeconds(148));
        (await AskAsync(nonce)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await AskAsync(nonce)).ShouldBe(HttpStatusCode.BadRequest, "use_dpop_nonce");
        (await AskAsync(next)).ShouldBeOk();
    }

    [Fact]
    public async Task With_a_nonce_the_clients_clock_does_not_count()
    {
        var nonce = await NonceAsync();

        (await SendAsync(Server.Client("machine"), ClientCredentials, _key.Proof("POST", Token, Clock.Now.AddYears(-1), nonce))).ShouldBeOk();
    }

    [Fact]
    public async Task A_public_clients_refresh_token_is_bound_and_a_wrong_key_burns_nothing()
    {
        var client = Spa.Proving(_key);
        var tokens = await client.SignInAsync(Alice);

        (await Spa.RefreshAsync(tokens.RefreshToken)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        (await Spa.Proving(new TestKey()).RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();

        Clock.Advance(TimeSpan.FromMinutes(1));
        var refreshed = (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        (await Spa.RefreshAsync(refreshed.RefreshToken)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");

        // A lost answer: the retry has a new proof, and converges.
        (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        await client.ShouldBeAliveAsync(refreshed);
    }

    [Fact]
    public async Task A_replay_with_the_right_key_withdraws_and_without_it_does_nothing()
    {
        var client = Spa.Proving(_key);
        var tokens = await client.SignInAsync(Alice);
        var current = (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromSeconds(31));

        (await Spa.Proving(new TestKey()).RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();
        await client.ShouldBeAliveAsync(current);

        (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();
        await client.ShouldBeDeadAsync(current);
    }

    [Fact]
    public async Task A_public_client_that_begins_to_prove_a_key_is_bound_from_then_on()
    {
        var tokens = await Spa.SignInAsync(Alice);
        Assert.Equal("Bearer", tokens.Answer.Member("token_type"));

        var bound = (await Spa.Proving(_key).RefreshAsync(tokens.RefreshToken)).ShouldBeOk();

        (await Spa.RefreshAsync(bound.RefreshToken)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        (await Spa.RefreshAsync(tokens.RefreshToken)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        await Spa.Proving(_key).ShouldBeAliveAsync(bound);
    }

    [Fact]
    public async Task Of_five_keys_at_once_one_is_bound_and_the_others_get_nothing()
    {
        for (var round = 0; round < 5; round++)
        {
            var tokens = await Spa.SignInAsync(Alice);
            RelyingParty[] parties = [.. Enumerable.Range(0, 5).Select(_ => Spa.Proving(new TestKey()))];

            var answers = await Task.WhenAll(parties.Select(party => party.RefreshAsync(tokens.RefreshToken)));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.Equal(4, answers.Count(answer => answer.Error == "invalid_grant"));
        }
    }

    [Fact]
    public async Task A_confidential_clients_refresh_token_is_bound_to_the_client_alone()
    {
        var tokens = await Web.Proving(_key).SignInAsync(Alice);

        var otherKey = (await Web.Proving(new TestKey()).RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        Assert.Equal("DPoP", otherKey.Member("token_type"));
        Assert.Equal("Bearer", (await Web.RefreshAsync(otherKey.RefreshToken)).ShouldBeOk().Member("token_type"));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("spa")]
    public async Task A_code_asked_for_with_a_key_is_good_with_that_key_alone(string clientId)
    {
        var client = Server.Client(clientId);
        var request = client.Request().With("dpop_jkt", _key.Jkt);
        var code = (await NewBrowser().VisitAsync(request.Url, Alice)).Code!;

        (await client.RedeemAsync(code, request)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        (await client.Proving(new TestKey()).RedeemAsync(code, request)).ShouldBeInvalidGrant();
        var tokens = (await client.Proving(_key).RedeemAsync(code, request)).ShouldBeOk();
        await client.Proving(_key).ShouldBeAliveAsync(tokens);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    public async Task A_thumbprint_that_is_none_is_an_invalid_request(string jkt)
    {
        var arrival = await NewBrowser().VisitAsync(Spa.Request().With("dpop_jkt", jkt).Url, Alice);

        Assert.Equal("invalid_request", arrival.Error);
    }

    [Fact]
    public async Task A_second_use_of_a_code_withdraws_whoevers_key_it_comes_with()
    {
        var thief = Spa.Proving(new TestKey());
        var stolen = await thief.SignInAsync(Alice);

        (await Spa.Proving(_key).RedeemAsync(stolen.Code, stolen.Request)).ShouldBeInvalidGrant();

        await thief.ShouldBeDeadAsync(stolen);
    }

    [Fact]
    public async Task A_client_registered_for_bound_tokens_gets_no_others()
    {
        var client = await NewClient.WithKeyAsync(Server, new TestKey(), metadata => metadata with { DpopBoundAccessTokens = true });

        (await client.ClientCredentialsAsync()).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        var (code, request) = await client.GetCodeAsync(Alice);
        (await client.RedeemAsync(code, request)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        var tokens = (await client.Proving(_key).RedeemAsync(code, request)).ShouldBeOk();
        (await client.RefreshAsync(tokens.RefreshToken)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        await client.Proving(_key).ShouldBeAliveAsync(tokens);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bound_refresh_token_is_revoked_with_or_without_a_proof(bool proving)
    {
        var client = Spa.Proving(_key);
        var tokens = await client.SignInAsync(Alice);

        (await (proving ? client : Spa).RevokeAsync(tokens.RefreshToken)).ShouldBeOk();

        await client.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task Who_uses_none_of_it_writes_nothing_more()
    {
        // The way back from the sign-in is good once, and is written down.
        var (code, request) = await Web.GetCodeAsync(Alice);
        Server.Watch.Statements.Clear();
        var tokens = (await Web.RedeemAsync(code, request)).ShouldBeOk();
        await Web.ShouldBeAliveAsync((await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk());

        Assert.DoesNotContain(Server.Watch.Statements, statement => statement.Contains("UsedOnce", StringComparison.Ordinal));
    }

    private static IEnumerable<KeyValuePair<string, string>> ClientCredentials { get; } = [new("grant_type", "client_credentials"), new("scope", "orders.read")];

    private static string? Cnf(string accessToken) => accessToken.Contains('.', StringComparison.Ordinal)
        ? new JsonWebToken(accessToken).GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetRawText()
        : null;

    private static IEnumerable<KeyValuePair<string, string>> RedeemForm(string code, CodeRequest request) =>
        [new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", request["redirect_uri"]!), new("code_verifier", request.Verifier)];

    private static async Task<Answer> SendAsync(RelyingParty client, IEnumerable<KeyValuePair<string, string>> form, string proof)
    {
        using var request = client.Post(Token, form);
        request.Headers.TryAddWithoutValidation("DPoP", proof);
        return await client.SendAsync(request);
    }

    private async Task<Answer> UserInfoAsync(string token, string? proof, string scheme = "DPoP")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        if (proof is not null)
        {
            request.Headers.Add("DPoP", proof);
        }

        return await Web.SendAsync(request);
    }

    private async Task<string> NonceAsync() =>
        (await SendAsync(Server.Client("machine"), ClientCredentials, _key.Proof("POST", Token, Clock.Now, nonce: null))).Header("DPoP-Nonce")!;
}

public sealed class SqliteDpopTests(SqliteServer server) : DpopTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlDpopTests(PostgreSqlServer server) : DpopTests(server), IClassFixture<PostgreSqlServer>;
