using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Tests.Specs;

/// <summary>What every answer says to a browser, whichever endpoint it comes from, and what every form and cookie must have.</summary>
public sealed class WebHardeningTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Every_answer_has_the_headers()
    {
        var alice = NewBrowser();
        await alice.SignInAsync(Alice);
        var endpoints = MappedEndpoint.Of(Server);
        Assert.True(endpoints.Count > 50, $"Only {endpoints.Count} endpoints are seen.");
        foreach (var endpoint in endpoints)
        {
            foreach (var method in endpoint.Methods.Where(method => method is "GET" or "POST").Append("PUT"))
            {
                ShouldBeGuarded(await SendAsync(method, endpoint.Path, NewBrowser()));
                ShouldBeGuarded(await SendAsync(method, endpoint.Path, method == "GET" ? alice : NewBrowser()));
            }
        }
    }

    [Theory]
    [InlineData("/css/site.css", "text/css", "no-cache")]
    [InlineData("/css/site.css?v=1", "text/css", "public, max-age=31536000, immutable")]
    [InlineData("/favicon.svg", "image/svg+xml", "no-cache")]
    [InlineData("/nothing/there.css", "text/html", "no-store")]
    [InlineData("/connect/nothing", null, "no-store")]
    public async Task Files_and_what_is_not_there_have_them_too(string path, string? type, string cache)
    {
        var page = await SendAsync("GET", path, NewBrowser());

        ShouldBeGuarded(page);
        Assert.Equal(type, page.Header("Content-Type")?.Split(';')[0]);
        Assert.Equal(cache, page.Header("Cache-Control"));
    }

    [Theory]
    [InlineData("/connect/userinfo")]
    [InlineData("/")]
    public async Task A_fault_has_them_too(string path)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        var token = (await Web.SignInAsync(Alice)).AccessToken;
        Server.Watch.BeforeStatement = _ => throw new InjectedFault();
        try
        {
            var page = await SendAsync("GET", path, browser, ("Authorization", $"Bearer {token}"));
            ShouldBeGuarded(page);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
            Assert.Equal("no-store", page.Header("Cache-Control"));
        }
        finally
        {
            Server.Watch.BeforeStatement = null;
        }
    }

    [Fact]
    public async Task Every_form_of_a_page_wants_its_token()
    {
        var alice = NewBrowser();
        await alice.SignInAsync(Alice);
        string[] without = ["/connect/authorize", "/connect/endsession", "/error"];
        var pages = MappedEndpoint.Of(Server).Where(endpoint => endpoint.IsPage && endpoint.Methods.Contains("POST")).ToList();
        Assert.NotEmpty(pages);
        foreach (var page in pages)
        {
            // They come from other sites, and do nothing but go on as GET.
            Assert.Equal(without.Contains(page.Path), !page.HasAntiforgery);
            if (page.HasAntiforgery)
            {
                var answer = await alice.PostAsync(page.Path, [new("Input.Email", Alice.Email), new("__RequestVerificationToken", "AAAA")]);
                Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{(int)answer.Status} {page}");
            }
        }

        Assert.True(await alice.IsSignedInAsync());
    }

    [Theory]
    [InlineData("/Identity/Account/Receipt")]
    [InlineData("/Identity/Account/Lockout")]
    [InlineData("/")]
    public async Task A_post_that_no_page_takes_is_405(string path)
    {
        var browser = NewBrowser();
        var token = (await browser.GetAsync("/Identity/Account/Login")).MainForm()!.Fields["__RequestVerificationToken"];

        var page = await browser.PostAsync(path, [new("__RequestVerificationToken", token)]);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, page.Status);
        ShouldBeGuarded(page);
    }

    [Fact]
    public async Task Every_form_that_is_shown_has_its_token()
    {
        var alice = NewBrowser();
        await alice.SignInAsync(await Server.NewPersonAsync());
        var seen = 0;
        foreach (var endpoint in MappedEndpoint.Of(Server).Where(endpoint => endpoint.IsPage))
        {
            foreach (var browser in new[] { NewBrowser(), alice })
            {
                var page = await browser.GetAsync(endpoint.Path);
                foreach (var form in page.AllForms().Where(form => form.IsPost))
                {
                    seen++;
                    Assert.True(form.Names.Contains("__RequestVerificationToken"), $"{endpoint}: {form.Action}");
                }
            }
        }

        Assert.True(seen > 20, $"Only {seen} forms are seen.");
    }

    [Theory]
    [InlineData("/Identity/Account/Manage/ChangePassword")]
    [InlineData("/Identity/Account/ForgotPassword")]
    [InlineData("/Identity/Account/Manage")]
    [InlineData("/Identity/Account/Logout")]
    public async Task What_was_posted_is_answered_with_303(string path)
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        var form = (await browser.GetAsync(path)).MainForm()!;

        var page = await browser.SubmitAsync(
            form,
            ("Input.Email", person.Email), ("Input.OldPassword", person.Password), ("Input.NewPassword", "another one of theirs"),
            ("Input.ConfirmPassword", "another one of theirs"), ("Input.PhoneNumber", "+491511234567"));

        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
    }

    [Fact]
    public async Task Every_cookie_is_for_this_host_alone()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person, keep: true);
        var form = (await browser.GetAsync("/Identity/Account/Manage")).MainForm()!;
        await browser.SubmitAsync(form, ("Input.PhoneNumber", "+491511234567"));

        var names = browser.SetCookies.Select(cookie => cookie.Name.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(["__Host-authserver", "__Host-authserver-form"], names);
        Assert.All(browser.SetCookies, ShouldBeHostCookie);
    }

    private static void ShouldBeHostCookie(SetCookieHeaderValue cookie)
    {
        Assert.StartsWith("__Host-", cookie.Name.ToString(), StringComparison.Ordinal);
        Assert.True(cookie is { Secure: true, HttpOnly: true, SameSite: SameSiteMode.Lax }, cookie.ToString());
        Assert.Equal(("/", false), (cookie.Path.ToString(), cookie.Domain.HasValue));
    }

    private static void ShouldBeGuarded(Page page)
    {
        var policy = page.Header("Content-Security-Policy") ?? "";
        foreach (var directive in new[] { "default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action " })
        {
            Assert.True(policy.Contains(directive, StringComparison.Ordinal), $"{page.Address}: {policy}");
        }

        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
        Assert.Equal("same-origin", page.Header("Referrer-Policy"));
        Assert.NotNull(page.Header("Permissions-Policy"));
        Assert.Equal("max-age=31536000", page.Header("Strict-Transport-Security"));
        Assert.True(page.Status is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest || page.Header("Cross-Origin-Opener-Policy") == "same-origin", page.Address);
        Assert.True(page.Header("Cache-Control") is { Length: > 0 }, page.Address);
        Assert.True(page.Header("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) != true || page.Header("Cache-Control") == "no-store", page.Address);
    }

    private static Task<Page> SendAsync(string method, string path, Browser browser, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            browser.Headers[name] = value;
        }

        return browser.SendAsync(new HttpMethod(method), path);
    }
}
