using System.Net;
using System.Text.RegularExpressions;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Account;

/// <summary>
/// Nobody learns from outside which accounts there are: the answers are the same, and so is the work behind them. The statements are compared word
/// for word, the commits, password hashes and mails by number; no test here reads a clock.
/// </summary>
public abstract partial class SameWorkTests(CountingServer server) : SpecFacts(server)
{
    private const string Login = "/Identity/Account/Login";
    private const string Forgotten = "/Identity/Account/ForgotPassword";
    private const string Register = "/Identity/Account/Register";

    [Theory]
    [InlineData("somebody's")]
    [InlineData("disabled")]
    [InlineData("without a password")]
    public async Task A_wrong_password_from_the_first_try_into_the_pause(string whose)
    {
        var (known, unknown) = (await TriesAsync(await AccountAsync(whose)), await TriesAsync(Nobody()));

        Assert.Equal(unknown, known);
        Assert.All(known.Take(5), tried => Assert.Equal((1, 1), (tried.Commits, tried.Hashes)));
        Assert.Equal((0, 0), (known[5].Commits, known[5].Hashes));
        Assert.StartsWith("/Identity/Account/Lockout", known[4].Location, StringComparison.Ordinal);
        Assert.StartsWith("/Identity/Account/Lockout", known[5].Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_the_pause()
    {
        var (known, unknown) = (await PausedAsync((await Server.NewPersonAsync()).Email), await PausedAsync(Nobody()));
        Assert.Equal("Sign-in is paused", known.Heading);
        Assert.Equal(unknown.Body, known.Body);
    }

    [Theory]
    [InlineData(Forgotten, "somebody's")]
    [InlineData(Forgotten, "disabled")]
    [InlineData(Register, "somebody's")]
    [InlineData(Register, "disabled")]
    public async Task A_mail_that_is_asked_for_and_asked_for_again(string page, string whose)
    {
        await SentAsync(page, Nobody());
        var (somebody, nobody) = (await AccountAsync(whose), Nobody());
        for (var time = 0; time < 2; time++)
        {
            var (known, unknown) = (await SentAsync(page, somebody), await SentAsync(page, nobody));
            Assert.Equal(unknown, known);
            Assert.Equal((HttpStatusCode.SeeOther, 1, 0, 1), (known.Status, known.Commits, known.Hashes, known.Mails));
        }
    }

    [Fact]
    public async Task A_new_password_by_a_link_that_is_none()
    {
        var form = (string email) => FilledInAsync(
            "/Identity/Account/ResetPassword?code=AAAA", email, ("Input.Password", "a password of mine"), ("Input.ConfirmPassword", "a password of mine"));
        var (known, unknown) = (await form((await Server.NewPersonAsync()).Email), await form(Nobody()));
        Assert.Equal(unknown, known);
    }

    [Fact]
    public async Task There_is_no_other_page_that_sends_a_confirmation_again() =>
        Assert.Equal(HttpStatusCode.NotFound, (await NewBrowser().GetAsync("/Identity/Account/ResendEmailConfirmation")).Status);

    [Fact]
    public async Task A_name_that_nobody_has_leaves_nothing()
    {
        var before = await RowsAsync();
        await TriesAsync(Nobody());
        Assert.Equal(before, await RowsAsync());
    }

    /// <summary>Twenty guesses at once, of which none may be forgotten: five are looked at, and the pause begins.</summary>
    [Fact]
    public async Task Guesses_at_once_all_count()
    {
        var person = await Server.NewPersonAsync();
        var forms = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var browser = NewBrowser();
            return (Browser: browser, Form: (await browser.GetAsync(Login)).FormWith("Input.Password")!);
        }));
        await Task.WhenAll(forms.Select(ready => ready.Browser.SubmitAsync(ready.Form, ("Input.Email", person.Email), ("Input.Password", "guess"))));

        var counted = await Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email)
            .Select(u => db.SecurityEvents.Where(e => e.UserId == u.Id && e.Kind == SecurityEventKind.SignInFailed).Sum(e => e.Count)).SingleAsync());
        Assert.InRange(counted, 5, 20);
        Assert.True(await Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.LockoutEnd != null).SingleAsync()));
    }

    private static string Nobody() => $"n{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.com";

    private async Task<string> AccountAsync(string whose)
    {
        var person = await Server.NewPersonAsync();
        var id = await Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());
        if (whose == "disabled")
        {
            await Server.WithdrawAsync(new RevocationTarget.User(id), RevocationCause.UserDisabled);
        }
        else if (whose == "without a password")
        {
            await Server.Services.GetRequiredService<Writes>().RunAsync(
                (db, token) => db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, (string?)null), token), Cancellation);
        }

        return person.Email;
    }

    private async Task<List<Seen>> TriesAsync(string email)
    {
        await FilledInAsync(Login, Nobody(), ("Input.Password", "what is asked for the first time only"));
        var seen = new List<Seen>();
        for (var attempt = 0; attempt < 7; attempt++)
        {
            seen.Add(await FilledInAsync(Login, email, ("Input.Password", "not this one")));
        }

        return seen;
    }

    private async Task<Fixtures.Page> PausedAsync(string email) => await NewBrowser().GetAsync((await TriesAsync(email))[5].Location!);

    private Task<Seen> SentAsync(string page, string email) => FilledInAsync(page, email);

    private async Task<Seen> FilledInAsync(string path, string email, params (string Name, string Value)[] fields)
    {
        var browser = NewBrowser();
        var form = (await browser.GetAsync(path)).FormWith("Input.Email")!;
        Fixtures.Page page = null!;
        var work = await server.WorkOfAsync(async () => page = await browser.SubmitAsync(form, [("Input.Email", email), .. fields]));
        var body = Token().Replace(page.Body.Replace(email, "…", StringComparison.OrdinalIgnoreCase), "token");
        var cookies = string.Join(' ', browser.SetCookies.Select(cookie => cookie.Name));
        return new Seen(page.Status, page.Location, body, cookies, work.Statements, work.Commits, work.Hashes, work.Mails);
    }

    private Task<int> RowsAsync() => Server.ReadAsync(async db => await db.SecurityEvents.CountAsync() + await db.UsedOnce.CountAsync() + await db.Users.CountAsync());

    [GeneratedRegex("(?<=name=\"__RequestVerificationToken\"[^>]* value=\")[^\"]+", RegexOptions.None, 1000)]
    private static partial Regex Token();

    private sealed record Seen(HttpStatusCode Status, string? Location, string Body, string Cookies, string Statements, int Commits, int Hashes, int Mails);
}

public sealed class SqliteSameWorkTests(SqliteCountingServer server) : SameWorkTests(server), IClassFixture<SqliteCountingServer>;

public sealed class PostgreSqlSameWorkTests(PostgreSqlCountingServer server) : SameWorkTests(server), IClassFixture<PostgreSqlCountingServer>;
