using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AuthServer.Tests.Fixtures;

/// <summary>A client: sends people to sign in, and does with tokens what clients do.</summary>
public sealed class RelyingParty(AuthServerFactory server, Registration registration)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Registration Registration => registration;

    public string ClientId => registration.ClientId;

    /// <summary>The same client with another secret or method than it is registered with.</summary>
    public RelyingParty With(string? secret, string method) => new(server, registration with { Secret = secret, Method = method });

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
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await SendAsync(request);
    }

    /// <summary>Posts as this client; members that are null are left out.</summary>
    public async Task<Answer> PostAsync(string path, IEnumerable<(string Name, string? Value)> form)
    {
        var fields = form.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value!)).ToList();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (registration.Method == "client_secret_basic")
        {
            // RFC 6749 §2.3.1.
            var pair = $"{FormEncode(ClientId)}:{FormEncode(registration.Secret!)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
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
        return await SendAsync(request);
    }

    /// <summary>Any request at all.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await server.Http.SendAsync(request, Cancellation);
        return await Answer.ReadAsync(response, Cancellation);
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
