using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Specs;

/// <summary>Nothing that is sent gives a 5xx or a stack trace.</summary>
public abstract class HostileInputTests(AuthServerFactory server) : SpecFacts(server)
{
    private static readonly string[] Paths =
    [
        "/connect/authorize", "/connect/par", "/connect/token", "/connect/userinfo", "/connect/revoke", "/connect/introspect", "/connect/endsession",
        "/connect/endsession/confirm", "/consent", "/Identity/Account/Login", "/Identity/Account/Logout", "/error", "/",
        "/.well-known/openid-configuration", "/.well-known/jwks", "/nothing/here",
    ];

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("BREW")]
    public async Task Any_method(string method)
    {
        var signedIn = NewBrowser();
        await signedIn.SignInAsync(Alice);
        foreach (var path in Paths)
        {
            foreach (var cookie in new[] { null, signedIn.SessionCookie })
            {
                await ShouldStandAsync(new HttpMethod(method), path, content: null, ("Cookie", cookie is null ? null : $"{Browser.SessionCookieName}={cookie}"));
            }
        }
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("%FF%FE%80")]
    [InlineData("%ED%A0%80")]
    [InlineData("%")]
    [InlineData("%zz%u0041")]
    [InlineData("%0d%0aSet-Cookie:%20x=y")]
    [InlineData("%F0%9F%92%A5")]
    [InlineData("%EF%BF%BF%E2%80%AE")]
    [InlineData("' OR 1=1 --")]
    [InlineData("{{7*7}}${7*7}<script>alert(1)</script>")]
    [InlineData("../../../../etc/passwd")]
    public async Task Any_value_of_any_parameter(string value)
    {
        string[] names =
        [
            "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age", "login_hint", "id_token_hint",
            "code_challenge", "code_challenge_method", "continue", "claims", "acr_values", "resource", "request_uri", "allow", "grant_type", "code",
            "code_verifier", "refresh_token", "client_secret", "token", "token_type_hint", "access_token", "post_logout_redirect_uri", "client_assertion",
            "client_assertion_type", "dpop_jkt", "ReturnUrl", "Input.Email", "Input.Password", "decision", "request",
        ];
        var real = Spa.Request().Parameters.Concat([new("grant_type", "refresh_token"), new("token", "x"), new("refresh_token", "x"), new("code", "x")]).ToList();
        foreach (var name in names)
        {
            var form = string.Join('&', real.Where(p => p.Key != name).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}").Append($"{name}={value}"));
            foreach (var path in Paths.Take(10))
            {
                await ShouldStandAsync(HttpMethod.Get, $"{path}?{form}", content: null);
                await ShouldStandAsync(HttpMethod.Post, path, Form(form));
            }
        }
    }

    /// <summary>PostgreSQL stores no text with a NUL in it, and compares none (22021). It is refused before it is asked.</summary>
    [Theory]
    [InlineData("/Identity/Account/Login?LoginHint=%00")]
    [InlineData("/Identity/Account/Login?a%00b=c")]
    [InlineData("/Identity/Account/ConfirmEmail?code=x&email=%00")]
    [InlineData("/admin/users?q=%00")]
    [InlineData("/admin/users?q=x&q=%00")]
    [InlineData("/admin/clients?q=%00")]
    [InlineData("/admin/access?scope=%00")]
    [InlineData("/admin/access?user=%00")]
    [InlineData("/admin/access?client=%00")]
    [InlineData("/admin/revocations?actor=%00")]
    [InlineData("/admin/revocations?user=%00")]
    [InlineData("/admin/revocations?client=%00")]
    [InlineData("/admin/revocations?correlation_id=%00")]
    [InlineData("/admin/revocations/export.csv?correlation_id=%00")]
    [InlineData("/admin/revocations/export.jsonl?correlation_id=%00")]
    [InlineData("/device?user_code=%00")]
    public async Task A_NUL_in_the_address_of_a_page(string address)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(address)).Status);
    }

    [Theory]
    [InlineData("/api/revocations?correlation_id=%00")]
    [InlineData("/api/deliveries?state=%00")]
    [InlineData("/api/revocations?%00=")]
    public async Task A_NUL_in_a_query_of_the_API(string address)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);

        var answer = await browser.CallAsync(HttpMethod.Get, address);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scope", """{"kind":"grant_scope","id":"00000000-0000-0000-0000-000000000000","scope":"\u0000"}""", "/api/previews")]
    [InlineData("reason", """{"kind":"user","id":"00000000-0000-0000-0000-000000000000","reason":"\u0000"}""", "/api/revocations")]
    [InlineData("jti", """{"jti":"\u0000"}""", "/api/explain")]
    [InlineData("token", """{"token":"\u0000"}""", "/api/explain")]
    public async Task A_NUL_in_a_body_of_the_API(string member, string body, string path)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);

        var answer = await browser.CallAsync(HttpMethod.Post, path, JsonNode.Parse(body));

        Assert.True(answer.Status < HttpStatusCode.InternalServerError, $"{member}: {answer.Status}");
    }

    /// <summary>The framework itself refuses the escape in a body (%00), not the character in a part.</summary>
    [Theory]
    [InlineData("/Identity/Account/Login", "Input.Email", "a\0@b.c")]
    [InlineData("/Identity/Account/Login", "Input.Password", "a\0")]
    [InlineData("/Identity/Account/ForgotPassword", "Input.Email", "a\0@b.c")]
    [InlineData("/Identity/Account/Register", "Input.Email", "a\0@b.c")]
    [InlineData("/Identity/Account/ResetPassword", "Input.Email", "a\0@b.c")]
    [InlineData("/Identity/Account/Manage", "Input.Name", "a\0")]
    [InlineData("/Identity/Account/Manage/Email", "Input.NewEmail", "a\0@b.c")]
    [InlineData("/Identity/Account/Manage/ChangePassword", "Input.NewPassword", "long enough\0")]
    [InlineData("/admin/users/edit", "Form.Name", "a\0")]
    [InlineData("/admin/withdraw", "Reason", "a\0")]
    [InlineData("/device", "user_code", "a\0")]
    public async Task A_NUL_in_the_form_of_a_page(string path, string name, string value)
    {
        var (anonymous, signedIn) = (NewBrowser(), NewBrowser());
        await signedIn.SignInAsync(Alice);
        foreach (var (browser, door) in new[] { (anonymous, "/Identity/Account/Login"), (signedIn, "/Identity/Account/Logout") })
        {
            var token = (await browser.GetAsync(door)).MainForm()!.Fields["__RequestVerificationToken"];
            using var form = new MultipartFormDataContent("x")
            {
                { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(value), name }, { new StringContent("x"), "Input.Password" },
            };

            var answer = await browser.PostAsync(path, form);

            var led = browser == anonymous && answer.Location?.Contains("/Identity/Account/Login", StringComparison.Ordinal) is true;
            Assert.True(led || answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{(int)answer.Status} {Fault()}");
        }
    }

    [Theory]
    [InlineData(511, 0xd83d, 0xdca5)]
    [InlineData(10, 0xd83d, 'x')]
    [InlineData(10, 0xdca5, 'x')]
    public async Task A_browser_may_call_itself_whatever_it_likes(int length, int next, int last)
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        browser.Headers["User-Agent"] = new string('a', length) + (char)next + (char)last;

        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync(person with { Password = "not this one" })).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync(person)).Status);
        Assert.True(await browser.IsSignedInAsync());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", "token=+AAA-")]
    [InlineData("application/x-www-form-urlencoded; charset=nonsense", "token=x")]
    [InlineData("application/x-www-form-urlencoded", "&&&===%%%&=&a")]
    [InlineData("application/json", "{\"token\":")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=y", "--y\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nx")]
    [InlineData("text/xml", "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>")]
    [InlineData(";;;", "x")]
    [InlineData("", "x")]
    public async Task Any_content_type(string contentType, string body)
    {
        foreach (var path in Paths)
        {
            await ShouldStandAsync(HttpMethod.Post, path, () =>
            {
                var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                content.Headers.TryAddWithoutValidation("Content-Type", contentType);
                return content;
            });
        }
    }

    [Fact]
    public async Task Any_size()
    {
        var many = string.Join('&', Enumerable.Range(0, 5000).Select(i => $"p{i}={i}"));
        foreach (var path in Paths)
        {
            await ShouldStandAsync(HttpMethod.Post, path, Form("token=" + new string('A', 1_000_000)));
            await ShouldStandAsync(HttpMethod.Post, path, Form(new string('n', 100_000) + "=x"));
            await ShouldStandAsync(HttpMethod.Post, path, Form(many));
            await ShouldStandAsync(HttpMethod.Get, $"{path}?state={new string('A', 100_000)}&client_id=web", content: null);
            await ShouldStandAsync(HttpMethod.Get, path, content: null, ("Authorization", "Bearer " + new string('A', 300_000)));
            await ShouldStandAsync(HttpMethod.Post, path, Form("a=b"), ("Authorization", "Basic " + new string('A', 300_000)));
        }
    }

    [Fact]
    public async Task Any_token()
    {
        var tokens = await Spa.SignInAsync(Alice);
        var jwks = await Server.Http.GetStringAsync("/.well-known/jwks", Cancellation);
        string[] rubbish =
        [
            ".", "..", "...", "....", "a.b", "a.b.c", "a.b.c.d.e", " ", "\t", "null", "{}", "AAAA", new('A', 16_000), new('.', 5_000),
            "eyJhbGciOiJSUzI1NiJ9.e30.AAAA", "eyJ0eXAiOiJhdCtqd3QifQ.bm90IGpzb24.AAAA", "bnVsbA.bnVsbA.", "W10.W10.W10",
            $"{new string('e', 3000)}.{new string('y', 3000)}.{new string('J', 3000)}",
            tokens.Browser.SessionCookie!, tokens.RefreshToken[..^10], tokens.RefreshToken + "A", tokens.RefreshToken + "=", tokens.Code + "AAAA", tokens.Code[..20],
            .. Forged.WaysToForge(tokens.AccessToken, jwks),
            .. Forged.WaysToForge(tokens.IdToken, jwks),
        ];
        foreach (var token in rubbish)
        {
            var text = Uri.EscapeDataString(token);
            await ShouldStandAsync(HttpMethod.Post, "/connect/revoke", Form($"client_id=spa&token={text}"));
            await ShouldStandAsync(HttpMethod.Post, "/connect/introspect", Form($"client_id=spa&token={text}"));
            await ShouldStandAsync(HttpMethod.Post, "/connect/token", Form($"client_id=spa&grant_type=refresh_token&refresh_token={text}"));
            await ShouldStandAsync(HttpMethod.Post, "/connect/token", Form($"client_id=spa&grant_type=authorization_code&code={text}"));
            await ShouldStandAsync(HttpMethod.Get, "/connect/userinfo", content: null, ("Authorization", $"Bearer {token}"));
            await ShouldStandAsync(HttpMethod.Get, $"/connect/endsession?id_token_hint={text}", content: null);
            await ShouldStandAsync(HttpMethod.Get, $"{Spa.Request().Url}&id_token_hint={text}", content: null);
            await ShouldStandAsync(HttpMethod.Get, $"/consent?continue={text}", content: null);
            await ShouldStandAsync(HttpMethod.Get, "/", content: null, ("Cookie", $"{Browser.SessionCookieName}={text}; __Host-authserver-form={text}"));
        }

        // None of it did harm to the real ones.
        await Spa.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Any_assertion_and_any_proof()
    {
        var key = new TestKey();
        var client = await NewClient.WithKeyAsync(Server, key);
        string[] values =
        [
            "null", "7", "-1", "1e400", "99999999999999999999", "true", "{}", "[]", "[[[]]]", "\"\"", "\"x\"", "\"\\u0000\"", "\"urn:x\"", "\"file:///connect/token\"",
            "\"https://[::1\"", "\"javascript:1\"", "\"https:\"", "{\"kty\":7}", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":[],\"y\":{}}", "{\"kty\":\"RSA\",\"n\":\"####\",\"e\":\"AQAB\"}",
            $"{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{new string('A', 43)}\",\"y\":\"{new string('A', 43)}\"}}", $"\"{new string('A', 5000)}\"",
        ];
        foreach (var name in new[] { "alg", "typ", "kid", "jwk", "crit", "iss", "sub", "aud", "jti", "exp", "nbf", "iat", "htm", "htu", "nonce", "ath" })
        {
            foreach (var value in values)
            {
                void Spoil(JsonObject header, JsonObject payload) => (name is "alg" or "typ" or "kid" or "jwk" or "crit" ? header : payload)[name] = JsonNode.Parse(value);
                await ShouldStandAsync(key.Assertion(client.ClientId, Clock.Now, Spoil), "x");
                await ShouldStandAsync(key.Assertion(client.ClientId, Clock.Now), key.Proof("POST", "/connect/token", Clock.Now, nonce: null, change: Spoil));
            }
        }

        // Half of a surrogate pair, in a value and in a name.
        foreach (var json in new[] { """{"alg":"ES256","typ":"dpop+jwt","kid":"\ud800","jwk":{"\ud800":1}}""", """{"alg":"ES256","typ":"dpop+jwt","jwk":{"\ud800":"\udfff"}}""" })
        {
            var header = WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(json));
            foreach (var payload in new[] { "{}", """{"sub":"\ud800"}""", """{"\ud800":"web"}""", "null", "[]", "7", "" })
            {
                var jwt = $"{header}.{WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(payload))}.AAAA";
                await ShouldStandAsync(jwt, jwt);
                await ShouldStandAsync(key.Assertion(client.ClientId, Clock.Now), jwt);
            }
        }
    }

    private Task ShouldStandAsync(string assertion, string proof) => ShouldStandAsync(
        HttpMethod.Post,
        "/connect/token",
        Form($"grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={Uri.EscapeDataString(assertion)}"),
        ("DPoP", proof));

    private string? Fault() => Server.Log.Lines.LastOrDefault(line => line.Level >= LogLevel.Error)?.Text;

    private static Func<HttpContent> Form(string body) => () => new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");

    private async Task ShouldStandAsync(HttpMethod method, string address, Func<HttpContent>? content, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content?.Invoke() };
        request.Headers.TryAddWithoutValidation("Accept", method == HttpMethod.Post ? "application/json" : "text/html");
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await Web.SendAsync(request);
        if (answer.Status >= HttpStatusCode.InternalServerError)
        {
            Assert.Fail($"{(int)answer.Status} {method} {address[..Math.Min(address.Length, 300)]} {Fault()}");
        }

        Assert.DoesNotContain("   at AuthServer", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", answer.Text, StringComparison.Ordinal);
        Assert.False(answer.Headers.Any(header => header.Value.Contains('\n', StringComparison.Ordinal)), address);
    }
}

public sealed class SqliteHostileInputTests(SqliteServer server) : HostileInputTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlHostileInputTests(PostgreSqlServer server) : HostileInputTests(server), IClassFixture<PostgreSqlServer>;
