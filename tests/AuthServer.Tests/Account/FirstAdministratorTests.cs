using System.Net;
using AuthServer.Database;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Account;

/// <summary>A database without an administrator gets one by the link that the log prints; nobody else becomes it, and nobody twice.</summary>
public abstract class FirstAdministratorTests(DatabaseProvider provider)
{
    [Fact]
    public async Task The_link_makes_the_first_administrator_and_is_used_up()
    {
        await using var server = await EmptyServer.StartAsync(provider);
        var link = Assert.Single(server.Links);
        var browser = new Browser(server);

        var done = await FillInAsync(browser, link, "first@example.com");

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.True(await browser.IsSignedInAsync());
        Assert.Equal(200, (int)(await browser.CallAsync(HttpMethod.Get, "/api/deliveries")).Status);
        var again = await new Browser(server).GetAsync(link);
        Assert.Equal((HttpStatusCode.NotFound, "This link no longer works"), (again.Status, again.Heading));
        Assert.Equal(HttpStatusCode.SeeOther, (await new Browser(server).SignInAsync(new Person("first@example.com", "a password of theirs"))).Status);
    }

    [Fact]
    public async Task Of_many_at_once_one_wins()
    {
        await using var server = await EmptyServer.StartAsync(provider);
        var link = Assert.Single(server.Links);
        var visitors = Enumerable.Range(0, 8).Select(_ => new Browser(server)).ToList();
        var forms = await Task.WhenAll(visitors.Select(async visitor => (visitor, Form: (await visitor.GetAsync(link)).FormWith("Input.Name")!)));

        var answers = await Task.WhenAll(forms.Select((one, number) => one.visitor.SubmitAsync(one.Form, Filled($"first{number}@example.com"))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.SeeOther), answer => Assert.Equal(HttpStatusCode.NotFound, answer.Status));
        Assert.Equal(1, await server.ReadAsync(db => db.Users.CountAsync()));
        Assert.Equal(1, await server.ReadAsync(db => db.UserRoles.CountAsync()));
    }

    [Fact]
    public async Task The_newest_link_counts_whichever_node_printed_it()
    {
        await using var first = await EmptyServer.StartAsync(provider);
        await using var second = await EmptyServer.StartAsync(provider, first);
        var (older, newer) = (Assert.Single(first.Links), Assert.Single(second.Links));

        Assert.Equal(HttpStatusCode.NotFound, (await new Browser(first).GetAsync(older)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await FillInAsync(new Browser(first), newer, "first@example.com")).Status);

        await using var third = await EmptyServer.StartAsync(provider, first);
        Assert.Empty(third.Links);
    }

    [Fact]
    public async Task After_an_hour_the_link_opens_nothing()
    {
        await using var server = await EmptyServer.StartAsync(provider);
        var browser = new Browser(server);
        var form = (await browser.GetAsync(Assert.Single(server.Links))).FormWith("Input.Name")!;
        server.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(HttpStatusCode.NotFound, (await browser.SubmitAsync(form, Filled("first@example.com"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(server.Links[0])).Status);
        Assert.Equal(0, await server.ReadAsync(db => db.Users.CountAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?key=")]
    [InlineData("?key=AAAA")]
    [InlineData("?key=%25%25")]
    public async Task Another_key_opens_nothing(string query)
    {
        await using var server = await EmptyServer.StartAsync(provider);
        Assert.Equal(HttpStatusCode.NotFound, (await new Browser(server).GetAsync("/Identity/Account/FirstAdministrator" + query)).Status);
    }

    [Fact]
    public async Task A_password_that_is_too_short_does_not_use_the_link_up_and_the_database_holds_its_hash_alone()
    {
        await using var server = await EmptyServer.StartAsync(provider);
        var link = Assert.Single(server.Links);
        var browser = new Browser(server);
        var form = (await browser.GetAsync(link)).FormWith("Input.Name")!;

        var refused = await browser.SubmitAsync(form, [.. Filled("first@example.com")[..2], ("Input.Password", "short"), ("Input.ConfirmPassword", "short")]);

        Assert.Contains("at least 8 characters", refused.Body, StringComparison.Ordinal);
        var hash = await server.ReadAsync(db => db.Installation.Select(i => i.FirstAdministratorHash!).SingleAsync());
        Assert.NotEqual(link.Split('=')[1], Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(hash));
        Assert.Single(server.Log.Lines, line => line.Text.Contains(link.Split('=')[1], StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.SeeOther, (await FillInAsync(browser, link, "first@example.com")).Status);
    }

    private static async Task<Page> FillInAsync(Browser browser, string link, string email) =>
        await browser.SubmitAsync((await browser.GetAsync(link)).FormWith("Input.Name")!, Filled(email));

    private static (string Name, string Value)[] Filled(string email) =>
        [("Input.Name", "First"), ("Input.Email", email), ("Input.Password", "a password of theirs"), ("Input.ConfirmPassword", "a password of theirs")];
}

public sealed class SqliteFirstAdministratorTests() : FirstAdministratorTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlFirstAdministratorTests() : FirstAdministratorTests(DatabaseProvider.PostgreSql);
