using System.Net;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Account;

/// <summary>Every page of Identity's area is ours, in our layout, or is not there.</summary>
public sealed class IdentityPagesTests(OpenServer server) : SpecFacts(server), IClassFixture<OpenServer>
{
    private static readonly string[] Off =
    [
        "/Account/ConfirmEmailChange", "/Account/ExternalLogin", "/Account/ForgotPasswordConfirmation", "/Account/Manage/DownloadPersonalData",
        "/Account/Manage/ExternalLogins", "/Account/Manage/SetPassword", "/Account/Manage/ShowRecoveryCodes", "/Account/RegisterConfirmation",
        "/Account/ResendEmailConfirmation", "/Account/ResetPasswordConfirmation",
    ];

    [Fact]
    public async Task Every_page_is_ours_and_wears_our_layout()
    {
        var pages = Server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>())
            .Where(page => page?.AreaName == "Identity").Select(page => page!.ViewEnginePath).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(pages.Count > 25, "Too few pages were found.");
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());
        foreach (var path in pages)
        {
            var page = await FollowAsync(browser, "/Identity" + (path == "/Index" ? "" : path));
            Assert.DoesNotContain("asp-", page.Body, StringComparison.Ordinal);
            Assert.Contains("<link rel=\"stylesheet\" href=\"/css/site.css", page.Body, StringComparison.Ordinal);
            Assert.Contains("site-header", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("://cdn", page.Body, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var path in Off)
        {
            Assert.DoesNotContain(path, pages);
            var page = await FollowAsync(browser, "/Identity" + path);
            Assert.Equal((HttpStatusCode.NotFound, "There is nothing here"), (page.Status, page.Heading));
        }
    }

    [Theory]
    [InlineData("/Identity/Account/ExternalLogin?handler=Callback")]
    [InlineData("/Identity/Account/Manage/DownloadPersonalData")]
    [InlineData("/Identity/Account/Manage/SetPassword")]
    public async Task What_is_switched_off_takes_no_form_either(string path)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());
        var form = (await browser.GetAsync("/Identity/Account/Manage")).MainForm()! with { Action = path };
        Assert.Equal(HttpStatusCode.NotFound, (await browser.SubmitAsync(form)).Status);
    }

    [Fact]
    public async Task A_profile_is_saved_and_a_script_is_no_web_address()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        var form = (await browser.GetAsync("/Identity/Account/Manage")).FormWith("Input.GivenName")!;

        var refused = await browser.SubmitAsync(form, ("Input.Website", "javascript:alert(1)"));
        Assert.Contains("This is not a web address", refused.Body, StringComparison.Ordinal);
        var saved = await browser.SubmitAsync(form, ("Input.Name", "Somebody <b>"), ("Input.Website", "https://some.example"), ("Input.Address", "1 Street\r\nTown"));

        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        var page = await browser.GetAsync(saved.Location!);
        Assert.Contains("Somebody &lt;b&gt;", page.Body, StringComparison.Ordinal);
        Assert.Contains("It is saved.", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Personal_data_are_the_users_own_and_hold_no_secret()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);

        var file = await browser.SubmitAsync((await browser.GetAsync("/Identity/Account/Manage/PersonalData")).MainForm()!);

        Assert.Equal("application/json", file.Header("Content-Type"));
        Assert.Contains(person.Email, file.Body, StringComparison.Ordinal);
        Assert.Contains("security_history", file.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", file.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("stamp", file.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Alice.Email, file.Body, StringComparison.Ordinal);
    }

    private static async Task<Fixtures.Page> FollowAsync(Browser browser, string address)
    {
        var page = await browser.GetAsync(address);
        for (var step = 0; step < 3 && page.Location is { } location; step++)
        {
            page = await browser.GetAsync(location);
        }

        return page;
    }
}
