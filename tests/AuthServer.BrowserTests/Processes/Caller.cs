using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthServer.BrowserTests.Fixtures;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Person = AuthServer.BrowserTests.Fixtures.Person;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A person's browser, without a browser, and the client that it comes from. What it returns was acknowledged to the last byte.</summary>
internal sealed class Caller(ServerProcess server, Person person, CookieContainer cookies) : IDisposable
{
    private const string SignOutPath = "/Identity/Account/Logout";
    private const string ManagePath = "/Identity/Account/Manage";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies })
    {
        BaseAddress = new Uri(server.Address),
    };

    public Caller(ServerProcess server, Person person)
        : this(server, person, new CookieContainer())
    {
    }

    /// <summary>Everything that the client was given for this browser.</summary>
    public List<Held> Held { get; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => http.Dispose();

    /// <summary>The same browser at another node.</summary>
    public Caller At(ServerProcess other) => new(other, person, cookies);

    /// <summary>Whoever has copied the browser's cookies, at another node: signing out does not delete theirs.</summary>
    public Caller CopiedAt(ServerProcess other)
    {
        var copy = new CookieContainer();
        copy.Add(cookies.GetAllCookies());
        return new Caller(other, person, copy);
    }

    /// <summary>Signs in where asked, and redeems the code.</summary>
    public async Task<Held> GetTokensAsync() => await RedeemAsync(await GetCodeAsync());

    /// <summary>Signs in and allows where asked.</summary>
    public async Task<string> GetCodeAsync(string clientId = KillableServer.ClientId)
    {
        var page = await GetAsync(
            $"/connect/authorize?response_type=code&client_id={clientId}&scope=openid&redirect_uri={Uri.EscapeDataString(KillableServer.RedirectUri)}");
        for (var step = 0; step < 8; step++)
        {
            if (page.Location is { } location)
            {
                if (location.StartsWith(KillableServer.RedirectUri, StringComparison.Ordinal))
                {
                    return QueryHelpers.ParseQuery(new Uri(location).Query)["code"].ToString();
                }

                page = await GetAsync(location);
            }
            else if (page.FormWith("decision") is { } consent)
            {
                page = await SubmitAsync(consent, ("decision", "allow"));
            }
            else
            {
                var form = page.FormWith("Input.Password") ?? throw new InvalidOperationException($"No sign-in form: {page.Status} {page.Heading}");
                page = await SubmitAsync(form, ("Input.Email", person.Email), ("Input.Password", person.Password));
            }
        }

        throw new InvalidOperationException($"No code: {page.Status} {page.Address}");
    }

    public async Task<Held> RedeemAsync(string code, string clientId = KillableServer.ClientId)
    {
        var (status, json) = await CallAsync(
            clientId, "/connect/token", ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", KillableServer.RedirectUri));
        Assert.True(status == HttpStatusCode.OK, json.GetRawText());
        var held = new Held { IdToken = json.GetProperty("id_token").GetString()! };
        held.Keep(json);
        return held;
    }

    public async Task SignOutAsync()
    {
        var asked = await GetAsync(SignOutPath);
        var left = await SubmitAsync(asked.MainForm()!);
        Assert.True(left.Status is HttpStatusCode.OK or HttpStatusCode.SeeOther or HttpStatusCode.Found, $"Not signed out: {left.Status} {left.Heading}");
    }

    public async Task ChangePasswordAsync(string next)
    {
        var form = (await GetAsync($"{ManagePath}/ChangePassword")).FormWith("Input.OldPassword")!;
        var changed = await SubmitAsync(form, ("Input.OldPassword", person.Password), ("Input.NewPassword", next), ("Input.ConfirmPassword", next));
        Assert.True(changed.Location is not null, changed.Body);
    }

    public async Task<bool> IsSignedInAsync() => (await GetAsync(ManagePath)).Status == HttpStatusCode.OK;

    public Task<(HttpStatusCode Status, JsonElement Json)> RefreshAsync(string refreshToken) =>
        CallAsync("/connect/token", ("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    public async Task RevokeAsync(string token) => Assert.Equal(HttpStatusCode.OK, (await CallAsync("/connect/revoke", ("token", token))).Status);

    public async Task ShouldBeRefusedAsync(string refreshToken)
    {
        var refused = await RefreshAsync(refreshToken);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (refused.Status, refused.Json.GetProperty("error").GetString()));
    }

    public async Task<bool> IsActiveAsync(string token)
    {
        var (status, json) = await CallAsync("/connect/introspect", ("token", token));
        Assert.Equal(HttpStatusCode.OK, status);
        return json.GetProperty("active").GetBoolean();
    }

    public async Task ShouldBeDeadAsync(Held held)
    {
        foreach (var token in new[] { held.AccessToken, held.RefreshToken })
        {
            var (status, json) = await CallAsync("/connect/introspect", ("token", token));
            Assert.Equal((HttpStatusCode.OK, """{"active":false}"""), (status, json.GetRawText()));
        }

        await ShouldBeRefusedAsync(held.RefreshToken);
    }

    private Task<(HttpStatusCode Status, JsonElement Json)> CallAsync(string path, params (string Name, string Value)[] fields) =>
        CallAsync(KillableServer.ClientId, path, fields);

    private async Task<(HttpStatusCode Status, JsonElement Json)> CallAsync(string clientId, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        var pair = Encoding.ASCII.GetBytes($"{clientId}:{KillableServer.Secret}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair));
        using var response = await http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            Assert.Equal("temporarily_unavailable", JsonElement.Parse(text).GetProperty("error").GetString());
            throw new AwayException(path);
        }

        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    private Task<Page> SubmitAsync(PageForm form, params (string Name, string Value)[] filledIn)
    {
        var fields = new Dictionary<string, string>(form.Fields, StringComparer.Ordinal);
        foreach (var (name, value) in filledIn)
        {
            fields[name] = value;
        }

        return SendAsync(HttpMethod.Post, form.Action, new FormUrlEncodedContent(fields));
    }

    private Task<Page> GetAsync(string address) => SendAsync(HttpMethod.Get, address, content: null);

    private async Task<Page> SendAsync(HttpMethod method, string address, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        var response = await http.SendAsync(request, Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        return response.StatusCode == HttpStatusCode.ServiceUnavailable ? throw new AwayException(address) : new Page(response, address, body);
    }
}
