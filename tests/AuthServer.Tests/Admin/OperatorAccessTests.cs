using System.Net;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Admin;

/// <summary>Who may open the operator's pages: every one of them, new ones too, because the routes are asked for.</summary>
public sealed class OperatorAccessTests(SqliteServer server) : TriggerFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Every_page_is_for_operators_alone()
    {
        var (nobody, user, admin) = (NewBrowser(), NewBrowser(), await OperatorAsync());
        await user.SignInAsync(Bob);
        var paths = OperatorPaths();
        Assert.True(paths.Count > 20, string.Join(' ', paths));
        foreach (var path in paths)
        {
            var anonymous = await nobody.GetAsync(path);
            Assert.Equal(HttpStatusCode.Redirect, anonymous.Status);
            Assert.Contains("/Identity/Account/Login?ReturnUrl=", anonymous.Location, StringComparison.Ordinal);
            var refused = await user.GetAsync(path);
            Assert.Equal((HttpStatusCode.Forbidden, "This is not for you"), (refused.Status, refused.Heading));
            var opened = (await admin.GetAsync(path)).Status;
            Assert.True(opened is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{path}: {opened}");
            Assert.NotEqual(HttpStatusCode.OK, (await user.PostAsync(path, [])).Status);
            Assert.NotEqual(HttpStatusCode.OK, (await nobody.PostAsync(path, [])).Status);

            // Without the form's own token nothing is done.
            Assert.True((await admin.PostAsync(path, [])).Status is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed, path);
        }
    }

    [Fact]
    public async Task A_role_that_is_taken_away_is_gone_at_the_next_request()
    {
        var person = await Server.NewPersonAsync();
        await WithUsersAsync(person, async (users, user) => Assert.True((await users.AddToRoleAsync(user, "admin")).Succeeded));
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/admin")).Status);

        var (admin, id) = (await OperatorAsync(), await IdOfAsync(person));
        var edit = await admin.GetAsync($"/admin/users/edit/{id}");
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(edit.MainForm()!, ("Input.Roles", ""))).Status);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/admin")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.CallAsync(HttpMethod.Get, "/api/revocations")).Status);
    }

    [Fact]
    public async Task What_changes_asks_for_a_fresh_sign_in_and_leads_back()
    {
        var (admin, person) = (await OperatorAsync(), await Server.NewPersonAsync());
        var id = await IdOfAsync(person);
        var path = $"/admin/withdraw?kind=user&id={id}";
        var form = (await admin.GetAsync(path)).MainForm()!;
        Clock.Advance(TimeSpan.FromMinutes(11));

        // Looking at lists is free.
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"/admin/users/{id}")).Status);
        var sent = await admin.SubmitAsync(form, ("Reason", "too late"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        Assert.Empty(await CausesAsync(id));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id })).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.GetAsync(path)).Status);

        var sid = admin.SessionCookie;
        var login = await admin.GetAsync(sent.Location!);
        var back = await admin.SubmitAsync(login.FormWith("Input.Password")!, ("Input.Email", Alice.Email), ("Input.Password", Alice.Password));
        Assert.NotEqual(sid, admin.SessionCookie);
        var page = await admin.GetAsync(back.Location!);
        Assert.Contains("nothing was done yet", page.Body, StringComparison.Ordinal);
        Assert.Equal("Disable this user?", page.Heading);
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(page.MainForm()!)).Status);
        Assert.Single(await CausesAsync(id));
    }

    private List<string> OperatorPaths() => [.. Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
        .Where(path => path.StartsWith("/admin", StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal)
        .Select(path => path
            .Replace("{id:guid}", $"{Guid.Empty}", StringComparison.Ordinal)
            .Replace("/{id:guid?}", "", StringComparison.Ordinal)
            .Replace("{what:regex(^(password|second-factor)$)}", "password", StringComparison.Ordinal))];
}
