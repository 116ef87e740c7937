using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 9700 §4.11.2: no address of ours can be made to lead elsewhere.</summary>
public sealed class ReturnUrlTests(OpenServer server) : SpecFacts(server), IClassFixture<OpenServer>
{
    public static TheoryData<string> Elsewhere =>
    [
        "https://evil.example", "http://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "data:text/html,x", "evil.example", "https:evil.example", "~//evil.example", "~/\\evil.example", " https://evil.example",
        "/\n/evil.example", "https://auth.example@evil.example", "https://auth.example.evil.example", "%2F%2Fevil.example", "",
    ];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task After_sign_in(string address)
    {
        var page = await NewBrowser().GetAsync(QueryHelpers.AddQueryString("/Identity/Account/Login", "ReturnUrl", address));
        ShouldLeadNowhere(page);
        var person = await Server.NewPersonAsync();
        ShouldBeHome(await FillInAsync("/Identity/Account/Login", address, ("Input.Email", person.Email), ("Input.Password", person.Password)));
    }

    /// <summary>A header is ASCII; what is not is written as a URI writes it (RFC 3987 §3.1).</summary>
    [Theory]
    [InlineData("/é", "/%C3%A9")]
    [InlineData("/\u2028/evil", "/%E2%80%A8/evil")]
    [InlineData("/?q=💥&x=%C3%A9", "/?q=%F0%9F%92%A5&x=%C3%A9")]
    public async Task In_letters_that_no_header_has(string address, string written)
    {
        var person = await Server.NewPersonAsync();
        ShouldLeadTo(written, await FillInAsync("/Identity/Account/Login", address, ("Input.Email", person.Email), ("Input.Password", person.Password)));

        var app = await SecondFactor.SetUpAsync(Server, person);
        var browser = NewBrowser();
        var step = await browser.GetAsync((await browser.SignInAsync(person)).Location!);
        ShouldLeadTo(written, await browser.SubmitAsync(step.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", app.Code()), ("ReturnUrl", address)));

        var (other, codes) = await Server.NewPersonWithSecondFactorAsync();
        browser = NewBrowser();
        await browser.SignInAsync(other);
        step = await browser.GetAsync("/Identity/Account/LoginWithRecoveryCode");
        ShouldLeadTo(written, await browser.SubmitAsync(step.FormWith("Input.RecoveryCode")!, ("Input.RecoveryCode", codes[0]), ("ReturnUrl", address)));

        ShouldLeadTo(written, await RegisterAsync(address));
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task After_registration(string address) => ShouldBeHome(await RegisterAsync(address));

    private async Task<Page> RegisterAsync(string address)
    {
        var email = $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.com";
        var browser = NewBrowser();
        var sent = await browser.SubmitAsync((await browser.GetAsync("/Identity/Account/Register")).MainForm()!, ("Input.Email", email), ("ReturnUrl", address));
        ShouldLeadNowhere(sent);
        var mail = Assert.Single(await Server.MailOfAsync(email)).Text;
        var link = mail.Split('\n').Single(line => line.StartsWith(AuthServerFactory.Issuer, StringComparison.Ordinal)).Trim()[AuthServerFactory.Issuer.Length..];
        var page = await browser.GetAsync(link);
        ShouldLeadNowhere(page);
        page = page.Location is { } on ? await browser.GetAsync(on) : page;
        return await browser.SubmitAsync(
            page.MainForm()!,
            ("Input.Name", "New"), ("Input.Password", "a password of theirs"), ("Input.ConfirmPassword", "a password of theirs"), ("ReturnUrl", address));
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task After_the_second_step(string address)
    {
        var (person, codes) = await Server.NewPersonWithSecondFactorAsync();
        var browser = NewBrowser();
        var step = await browser.SignInAsync(person);
        Assert.StartsWith("/Identity/Account/LoginWith2fa", step.Location, StringComparison.Ordinal);

        var asked = await browser.GetAsync(QueryHelpers.AddQueryString("/Identity/Account/LoginWith2fa", "ReturnUrl", address));
        ShouldLeadNowhere(asked);
        ShouldLeadNowhere(await browser.SubmitAsync(asked.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", "000000")));

        var path = QueryHelpers.AddQueryString("/Identity/Account/LoginWithRecoveryCode", "ReturnUrl", address);
        var form = (await browser.GetAsync(path)).FormWith("Input.RecoveryCode")!;
        ShouldBeHome(await browser.SubmitAsync(form with { Action = path }, ("Input.RecoveryCode", codes[0]), ("ReturnUrl", address)));
        ShouldBeHostCookies(browser);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task On_every_page_that_is_there(string address)
    {
        var signedIn = NewBrowser();
        await signedIn.SignInAsync(await Server.NewPersonAsync());
        foreach (var endpoint in MappedEndpoint.Of(Server).Where(endpoint => endpoint.IsPage))
        {
            foreach (var name in new[] { "ReturnUrl", "continue", "redirect_uri" })
            {
                var path = QueryHelpers.AddQueryString(endpoint.Path, name, address);
                ShouldLeadNowhere(await NewBrowser().GetAsync(path));
                ShouldLeadNowhere(await signedIn.GetAsync(path));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task After_signing_out(string address)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());
        var path = QueryHelpers.AddQueryString("/Identity/Account/Logout", "ReturnUrl", address);
        var form = (await browser.GetAsync(path)).MainForm()!;
        ShouldLeadNowhere(await browser.SubmitAsync(form with { Action = path }, ("returnUrl", address)));
    }

    private static void ShouldBeHostCookies(Browser browser) => Assert.All(browser.SetCookies, cookie =>
    {
        Assert.StartsWith("__Host-", cookie.Name.ToString(), StringComparison.Ordinal);
        Assert.True(cookie is { Secure: true, HttpOnly: true }, cookie.ToString());
    });

    private static void ShouldBeHome(Page page) => ShouldLeadTo("/", page);

    private static void ShouldLeadTo(string address, Page page)
    {
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.Equal(address, page.Location);
    }

    private static void ShouldLeadNowhere(Page page)
    {
        Assert.True(page.Status < HttpStatusCode.InternalServerError, $"{(int)page.Status} {page.Address}");
        if (page.Location is { } location)
        {
            Assert.True(Uri.TryCreate(new Uri(AuthServerFactory.Issuer), location.Replace('\\', '/'), out var target), location);
            Assert.Equal(AuthServerFactory.Issuer, target.GetLeftPart(UriPartial.Authority));
        }

        foreach (var form in page.AllForms())
        {
            Assert.StartsWith("/", form.Action, StringComparison.Ordinal);
            Assert.False(form.Action.StartsWith("//", StringComparison.Ordinal), form.Action);
        }

        Assert.DoesNotContain("href=\"javascript:", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"https://evil", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"//evil", page.Body, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<Page> FillInAsync(string path, string address, params (string Name, string Value)[] fields)
    {
        var browser = NewBrowser();
        var form = (await browser.GetAsync(path)).MainForm()!;
        return await browser.SubmitAsync(form, [.. fields, ("ReturnUrl", address)]);
    }
}
