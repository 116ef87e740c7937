using System.Net.Http.Json;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Tests.Fixtures;

/// <summary>A person's browser: keeps cookies as browsers do, fills in the forms it is shown, follows redirects up to the client.</summary>
public sealed class Browser(AuthServerFactory server)
{
    public const string SessionCookieName = "__Host-authserver";

    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The value of the session cookie; null: there is none.</summary>
    public string? SessionCookie
    {
        get => _cookies.GetValueOrDefault(SessionCookieName);
        set => _cookies[SessionCookieName] = value!;
    }

    /// <summary>The header with all of them.</summary>
    public string Cookies => string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    /// <summary>How the session cookie was set last, attributes and all.</summary>
    public SetCookieHeaderValue? LastSetSessionCookie { get; private set; }

    /// <summary>Every cookie it was given, as it was set.</summary>
    public List<SetCookieHeaderValue> SetCookies { get; } = [];

    /// <summary>What it sends with every request besides.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Another tab: the cookies there are now, and a life of its own from here on.</summary>
    public Browser NewTab()
    {
        var tab = new Browser(server);
        foreach (var (name, value) in _cookies)
        {
            tab._cookies[name] = value;
        }

        return tab;
    }

    public Task<Page> GetAsync(string address) => SendAsync(HttpMethod.Get, address, content: null, cookies: true);

    public Task<Page> SendAsync(HttpMethod method, string address) =>
        SendAsync(method, address, method == HttpMethod.Post ? new FormUrlEncodedContent([]) : null, cookies: true);

    public Task<Page> PostAsync(string address, IEnumerable<KeyValuePair<string, string>> form) =>
        SendAsync(HttpMethod.Post, address, new FormUrlEncodedContent(form), cookies: true);

    public Task<Page> PostAsync(string address, HttpContent content) => SendAsync(HttpMethod.Post, address, content, cookies: true);

    /// <summary>A form on another site that leads here: cookies that are <c>SameSite=Lax</c> stay behind.</summary>
    public Task<Page> PostFromElsewhereAsync(string address, IEnumerable<KeyValuePair<string, string>> form) =>
        SendAsync(HttpMethod.Post, address, new FormUrlEncodedContent(form), cookies: false);

    public Task<Page> SubmitAsync(PageForm form, params (string Name, string Value)[] filledIn)
    {
        var untouched = form.Sent.Where(field => !filledIn.Any(filled => filled.Name == field.Key));
        return PostAsync(form.Action, untouched.Concat(filledIn.Select(filled => KeyValuePair.Create(filled.Name, filled.Value))));
    }

    /// <summary>Calls the operator API with this browser's cookies, as a script does.</summary>
    public async Task<Answer> CallAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        using var response = await server.Http.SendAsync(request, Cancellation);
        return await Answer.ReadAsync(response, Cancellation);
    }

    /// <summary>Signs in at the door, for no client.</summary>
    public async Task<Page> SignInAsync(Person person, bool keep = false) =>
        await FillInAsync(await GetAsync("/Identity/Account/Login?ReturnUrl=%2F"), person, keep);

    /// <summary>Signs out at the door.</summary>
    public async Task<Page> SignOutAsync()
    {
        var page = await GetAsync("/Identity/Account/Logout");
        return await SubmitAsync(page.MainForm()!);
    }

    /// <summary>Whether this browser is signed in, as a page of ours sees it.</summary>
    public async Task<bool> IsSignedInAsync() => (await GetAsync("/Identity/Account/Logout")).Heading == "Sign out?";

    /// <summary>Goes where <paramref name="address"/> leads, until a client gets an answer or nothing more can be done.</summary>
    /// <param name="address">An authorization request.</param>
    /// <param name="person">Signs in where asked; null: nobody does.</param>
    /// <param name="decision">What is answered to the consent page; null: nothing.</param>
    public async Task<Arrival> VisitAsync(string address, Person? person = null, string? decision = "allow") =>
        await FollowAsync(await GetAsync(address), person, decision);

    public async Task<Arrival> FollowAsync(Page page, Person? person = null, string? decision = "allow")
    {
        var (signedIn, consented) = (false, false);
        for (var step = 0; step < 12; step++)
        {
            if (page.Location is { } location)
            {
                if (!IsOurs(location))
                {
                    return Arrival.At(location, page, signedIn, consented);
                }

                page = await GetAsync(location);
            }
            else if (page.AsksForPassword && person is not null && !signedIn)
            {
                signedIn = true;
                page = await FillInAsync(page, person, keep: false);
            }
            else if (page.AsksForConsent && decision is not null)
            {
                consented = true;
                page = await SubmitAsync(page.FormWith("decision")!, ("decision", decision));
            }
            else
            {
                return page.MainForm() is { } form && !IsOurs(form.Action)
                    ? new Arrival(form.Action, form.Fields, page, signedIn, consented)
                    : new Arrival(Uri: null, new Dictionary<string, string>(StringComparer.Ordinal), page, signedIn, consented);
            }
        }

        throw new InvalidOperationException($"The browser goes in circles: {page.Address}");
    }

    private Task<Page> FillInAsync(Page page, Person person, bool keep) => SubmitAsync(
        page.FormWith("Input.Password") ?? throw new InvalidOperationException($"No sign-in form: {page.Status} {page.Heading}"),
        ("Input.Email", person.Email), ("Input.Password", person.Password), ("Input.KeepSignedIn", keep ? "true" : "false"));

    private static bool IsOurs(string location) =>
        location.StartsWith('/') || location == AuthServerFactory.Issuer || location.StartsWith(AuthServerFactory.Issuer + "/", StringComparison.Ordinal);

    private async Task<Page> SendAsync(HttpMethod method, string address, HttpContent? content, bool cookies)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (cookies && _cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var response = await server.Http.SendAsync(request, Cancellation);
        Keep(response);
        var body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(Cancellation));
        return new Page(response, address, body);
    }

    private void Keep(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines))
        {
            return;
        }

        foreach (var cookie in SetCookieHeaderValue.ParseList([.. lines]))
        {
            SetCookies.Add(cookie);
            if (cookie.Name == SessionCookieName)
            {
                LastSetSessionCookie = cookie;
            }

            if (cookie.Value.Length == 0 || cookie.Expires < DateTimeOffset.UnixEpoch.AddYears(1))
            {
                _cookies.Remove(cookie.Name.ToString());
            }
            else
            {
                _cookies[cookie.Name.ToString()] = cookie.Value.ToString();
            }
        }
    }
}
