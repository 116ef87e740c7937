using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AuthServer.Tests.Fixtures;

/// <summary>A client: sends people to sign in, and does with tokens what clients do.</summary>
/// <param name="server">Whom it speaks to.</param>
/// <param name="registration">What it is registered with.</param>
/// <param name="clientKey">What it proves who it is by, where that is <c>private_key_jwt</c>.</param>
/// <param name="proofKey">What it proves possession of in every request, as libraries do: with the newest nonce, and again where it is told a newer one.</param>
public sealed class RelyingParty(AuthServerFactory server, Registration registration, TestKey? clientKey = null, TestKey? proofKey = null)
{
    /// <summary>The newest nonce it was sent.</summary>
    public string? Nonce { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Registration Registration => registration;

    public string ClientId => registration.ClientId;

    /// <summary>The same client with another secret or method than it is registered with.</summary>
    public RelyingParty With(string? secret, string method) => new(server, registration with { Secret = secret, Method = method }, clientKey, proofKey);

    /// <summary>The same client, which proves possession of <paramref name="key"/> from now on; null: of none.</summary>
    public RelyingParty Proving(TestKey? key) => new(server, registration, clientKey, key) { Nonce = Nonce };

    public CodeRequest Request(string? scope = null) => CodeRequest.Of(registration, scope);

    /// <summary>Signs <paramref name="person"/> in, in a browser of its own.</summary>
    public Task<Tokens> SignInAsync(Person person, string? scope = null) => SignInAsync(new Browser(server), person, scope);

    public async Task<Tokens> SignInAsync(Browser browser, Person person, string? scope = null)
    {
        var request = Request(scope);
        var arrival = await browser.VisitAsync(request.Url, person);
        Assert.True(arrival.Code is not null, $"No code: {arrival.Uri ?? arrival.Page.Body}");
        return new(browser, request, arrival.Code, (await RedeemAsync(arrival.Code, request)).ShouldBeOk());
    }

    /// <summary>Gets a code and keeps it.</summary>
    public async Task<(string Code, CodeRequest Request)> GetCodeAsync(Person person, string? scope = null)
    {
        var browser = new Browser(server);
        var request = Request(scope);
        var arrival = await browser.VisitAsync(request.Url, person);
        return (arrival.Code!, request);
    }

    public Task<Answer> RedeemAsync(string code, CodeRequest request) => PostAsync(
        "/connect/token",
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request["redirect_uri"]), ("code_verifier", request["code_challenge"] is null ? null : request.Verifier)]);

    public Task<Answer> RefreshAsync(string refreshToken, string? scope = null) =>
        PostAsync("/connect/token", [("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("scope", scope)]);

    public Task<Answer> ClientCredentialsAsync(string? scope = null) =>
        PostAsync("/connect/token", [("grant_type", "client_credentials"), ("scope", scope)]);

    /// <summary>Pushes the request (RFC 9126); gives what the browser brings instead.</summary>
    public async Task<(Answer Answer, string Url)> PushAsync(CodeRequest request)
    {
        var answer = await PostAsync("/connect/par", request.Parameters.Where(p => p.Key != "client_id").Select(p => (p.Key, (string?)p.Value)));
        return (answer, CodeRequest.Pushed(ClientId, answer.Member("request_uri")));
    }

    public Task<Answer> RevokeAsync(string token, string? hint = null) => PostAsync("/connect/revoke", [("token", token), ("token_type_hint", hint)]);

    public Task<Answer> IntrospectAsync(string token, string? hint = null) => PostAsync("/connect/introspect", [("token", token), ("token_type_hint", hint)]);

    public async Task<Answer> UserInfoAsync(string accessToken)
    {
        var scheme = proofKey is null ? "Bearer" : "DPoP";
        return await ProveAsync(HttpMethod.Get, "/connect/userinfo", accessToken, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, accessToken);
            return request;
        });
    }

    /// <summary>Posts as this client; members that are null are left out.</summary>
    public Task<Answer> PostAsync(string path, IEnumerable<(string Name, string? Value)> form)
    {
        var given = form.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value!)).ToList();
        return ProveAsync(HttpMethod.Post, path, accessToken: null, () => Post(path, given));
    }

    /// <summary>The request as it would be posted, for a test to change.</summary>
    public HttpRequestMessage Post(string path, IEnumerable<KeyValuePair<string, string>> form)
    {
        var fields = form.ToList();
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (registration.Method == "client_secret_basic")
        {
            // RFC 6749 §2.3.1.
            var pair = $"{FormEncode(ClientId)}:{FormEncode(registration.Secret!)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }
        else if (registration.Method == "private_key_jwt")
        {
            fields.Add(KeyValuePair.Create("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            fields.Add(KeyValuePair.Create("client_assertion", clientKey!.Assertion(ClientId, server.Clock.Now)));
        }
        else
        {
            fields.Add(KeyValuePair.Create("client_id", ClientId));
            if (registration.Method == "client_secret_post")
            {
                fields.Add(KeyValuePair.Create("client_secret", registration.Secret!));
            }
        }

        request.Content = new FormUrlEncodedContent(fields);
        return request;
    }

    /// <summary>Any request at all.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await server.Http.SendAsync(request, Cancellation);
        var answer = await Answer.ReadAsync(response, Cancellation);
        Nonce = answer.Header("DPoP-Nonce") ?? Nonce;
        return answer;
    }

    private async Task<Answer> ProveAsync(HttpMethod method, string path, string? accessToken, Func<HttpRequestMessage> make)
    {
        async Task<Answer> OnceAsync()
        {
            using var request = make();
            if (proofKey is not null)
            {
                request.Headers.Add("DPoP", proofKey.Proof(method.Method, path, server.Clock.Now, Nonce, accessToken));
            }

            return await SendAsync(request);
        }

        var answer = await OnceAsync();
        return answer.Error == "use_dpop_nonce" ? await OnceAsync() : answer;
    }

    /// <summary>Proves from outside that the access token, and the refresh token if there is one, are good.</summary>
    public async Task ShouldBeAliveAsync(Answer tokens)
    {
        Assert.Equal("true", (await IntrospectAsync(tokens.AccessToken)).Member("active"));
        (await UserInfoAsync(tokens.AccessToken)).ShouldBeOk();
        if (tokens.Member("refresh_token") is { } refreshToken)
        {
            Assert.Equal("true", (await IntrospectAsync(refreshToken)).Member("active"));
        }
    }

    public Task ShouldBeAliveAsync(Tokens tokens) => ShouldBeAliveAsync(tokens.Answer);

    /// <summary>Proves from outside that neither access nor refresh token is good for anything.</summary>
    public async Task ShouldBeDeadAsync(Answer tokens)
    {
        Assert.Equal("""{"active":false}""", (await IntrospectAsync(tokens.AccessToken)).ShouldBeOk().Text);
        (await UserInfoAsync(tokens.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        if (tokens.Member("refresh_token") is { } refreshToken)
        {
            Assert.Equal("""{"active":false}""", (await IntrospectAsync(refreshToken)).ShouldBeOk().Text);
            (await RefreshAsync(refreshToken)).ShouldBeInvalidGrant();
        }
    }

    public Task ShouldBeDeadAsync(Tokens tokens) => ShouldBeDeadAsync(tokens.Answer);

    private static string FormEncode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
