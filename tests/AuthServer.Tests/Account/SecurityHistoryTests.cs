using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Account;

/// <summary>A user reads what happened at their own door: bounded, by kind, page by page, as a file; and nobody else's.</summary>
public abstract class SecurityHistoryTests(AuthServerFactory server) : SpecFacts(server)
{
    private const string Path = "/Identity/Account/Manage/SecurityHistory";

    [Fact]
    public async Task Sign_ins_failures_changes_and_withdrawals_are_there_the_newest_first()
    {
        var person = await Server.NewPersonAsync();
        await NewBrowser().SignInAsync(person with { Password = "not this one" });
        Clock.Advance(TimeSpan.FromSeconds(1));
        var browser = NewBrowser();
        browser.Headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0";
        await browser.SignInAsync(person);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Server.WithdrawAsync(new RevocationTarget.UserSessions(await IdAsync(person), await SidAsync(person)), RevocationCause.SignOutEverywhere);
        Clock.Advance(TimeSpan.FromSeconds(1));

        var page = await browser.GetAsync(Path);

        var (withdrawn, signedIn, failed) = (
            page.Body.IndexOf("An operator signed you out everywhere", StringComparison.Ordinal),
            page.Body.IndexOf("<strong>Signed in</strong>", StringComparison.Ordinal),
            page.Body.IndexOf("Sign-in failed", StringComparison.Ordinal));
        Assert.True(withdrawn > 0 && withdrawn < signedIn && signedIn < failed, page.Body);
        Assert.Contains("Firefox on Linux", page.Body, StringComparison.Ordinal);
        Assert.Contains("This device", page.Body, StringComparison.Ordinal);
        Assert.Contains("/Identity/Account/Receipt?receipt=", page.Body, StringComparison.Ordinal);
        foreach (var (kind, seen, unseen) in new[]
        {
            ("SignIns", "<strong>Signed in</strong>", "Sign-in failed"), ("Failures", "Sign-in failed", "<strong>Signed in</strong>"),
            ("Withdrawals", "An operator signed you out everywhere", "Sign-in failed"),
        })
        {
            var some = await browser.GetAsync($"{Path}?kind={kind}");
            Assert.Contains(seen, some.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(unseen, some.Body, StringComparison.Ordinal);
        }

        Assert.Contains("There is nothing of this kind", (await browser.GetAsync(Path + "?kind=Changes")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guessing_makes_a_row_an_hour_not_a_row_a_guess()
    {
        var person = await Server.NewPersonAsync();
        for (var guess = 0; guess < 4; guess++)
        {
            await NewBrowser().SignInAsync(person with { Password = $"guess {guess}" });
        }

        var id = await IdAsync(person);
        var row = await Server.ReadAsync(db => db.SecurityEvents.SingleAsync(e => e.UserId == id));
        Assert.Equal((SecurityEventKind.SignInFailed, 4), (row.Kind, row.Count));
        Clock.Advance(TimeSpan.FromHours(1));
        await NewBrowser().SignInAsync(person with { Password = "one more" });
        Assert.Equal(1, await Server.ReadAsync(db => db.SecurityEvents.CountAsync(e => e.UserId == id && e.Kind == SecurityEventKind.SignInPaused)));
        Assert.Equal(2, await Server.ReadAsync(db => db.SecurityEvents.CountAsync(e => e.UserId == id && e.Kind == SecurityEventKind.SignInFailed)));
    }

    [Fact]
    public async Task A_changed_password_is_a_change_with_a_receipt()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        await browser.SubmitAsync(
            (await browser.GetAsync("/Identity/Account/Manage/ChangePassword")).FormWith("Input.OldPassword")!,
            ("Input.OldPassword", person.Password), ("Input.NewPassword", "another of theirs"), ("Input.ConfirmPassword", "another of theirs"));

        Assert.Contains("The password was changed", (await browser.GetAsync(Path + "?kind=Changes")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition_and_others_rows_are_on_none()
    {
        var (person, other) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        var browser = NewBrowser();
        for (var time = 0; time < 45; time++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await (time == 44 ? browser : NewBrowser()).SignInAsync(person);
        }

        await NewBrowser().SignInAsync(other);
        var (shown, address) = (0, Path);
        for (var page = 0; page < 3; page++)
        {
            var body = (await browser.GetAsync(address)).Body;
            shown += Regex.Count(body, "<strong>Signed in</strong>", RegexOptions.None, TimeSpan.FromSeconds(5));
            address = WebUtility.HtmlDecode(Regex.Match(
                body, "href=\"(?<next>[^\"]*before=[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["next"].Value);
        }

        Assert.Equal((45, ""), (shown, address));

        // Another user's row is a place in time, and no more.
        var (mine, theirs) = (await IdAsync(person), await IdAsync(other));
        var foreign = await Server.ReadAsync(db => db.SecurityEvents.Where(e => e.UserId == theirs).Select(e => e.Id).FirstAsync());
        var rows = JsonDocument.Parse((await browser.GetAsync(Path + "?handler=Json")).Body).RootElement.EnumerateArray().Select(row => row.GetProperty("id").GetGuid()).ToHashSet();
        Assert.DoesNotContain(foreign, rows);
        Assert.Equal(45, rows.Count);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"{Path}?before={foreign}")).Status);
        Assert.Equal(45, await Server.ReadAsync(db => db.SecurityEvents.CountAsync(e => e.UserId == mine)));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"https://evil.example\")")]
    [InlineData("+1+cmd")]
    [InlineData("@SUM(1)")]
    [InlineData("-2+3")]
    public async Task A_browser_that_calls_itself_a_formula_is_text_in_a_spreadsheet(string userAgent)
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        browser.Headers["User-Agent"] = userAgent;
        await browser.SignInAsync(person);

        var file = await browser.GetAsync(Path + "?handler=Csv");

        Assert.StartsWith("text/csv", file.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains($"\"'{userAgent.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", file.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_past_its_retention_goes_and_so_does_what_a_deleted_user_left()
    {
        var (person, leaver) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        await NewBrowser().SignInAsync(person);
        await NewBrowser().SignInAsync(leaver);
        var (id, left) = (await IdAsync(person), await IdAsync(leaver));
        await Server.WithdrawAsync(new RevocationTarget.DeletedUser(left), RevocationCause.UserDeleted);
        Assert.Equal(0, await Server.ReadAsync(db => db.SecurityEvents.CountAsync(e => e.UserId == left)));

        Clock.Advance(TimeSpan.FromDays(181));
        await Server.Services.GetRequiredService<Pruning>().RunAsync(new PruningTimes(TimeSpan.FromDays(7), TimeSpan.FromDays(30)), Cancellation);

        Assert.Equal(0, await Server.ReadAsync(db => db.SecurityEvents.CountAsync(e => e.UserId == id)));
    }

    private Task<Guid> IdAsync(Person person) => Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());

    private async Task<Guid> SidAsync(Person person)
    {
        var id = await IdAsync(person);
        return await Server.ReadAsync(db => db.LoginSessions.Where(s => s.UserId == id).Select(s => s.Id).SingleAsync());
    }
}

public sealed class SqliteSecurityHistoryTests(SqliteServer server) : SecurityHistoryTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlSecurityHistoryTests(PostgreSqlServer server) : SecurityHistoryTests(server), IClassFixture<PostgreSqlServer>;
