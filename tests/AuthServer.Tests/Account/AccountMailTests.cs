using System.Net;
using System.Text.RegularExpressions;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Account;

/// <summary>Addresses proved and passwords set by links from mails, which tell nobody who has an account.</summary>
public sealed partial class AccountMailTests(OpenServer server) : SpecFacts(server), IClassFixture<OpenServer>
{
    private const string NewPassword = "another password of theirs";

    [Fact]
    public async Task A_forgotten_password_is_set_by_a_link_that_is_good_once()
    {
        var person = await Server.NewPersonAsync();
        var phone = await Web.SignInAsync(person);
        await ForgetAsync(person.Email);
        var link = await LinkAsync(person.Email);

        Assert.Equal(HttpStatusCode.SeeOther, (await ResetAsync(link, person.Email)).Status);

        await Web.ShouldBeDeadAsync(phone);
        Assert.Null((await NewBrowser().SignInAsync(person)).Location);
        Assert.NotNull((await NewBrowser().SignInAsync(person with { Password = NewPassword })).Location);
        Assert.Contains("do not belong together", (await ResetAsync(link, person.Email)).Body, StringComparison.Ordinal);
        Assert.True(await Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.EmailConfirmed).SingleAsync()));
    }

    [Fact]
    public async Task Who_asks_for_a_link_learns_nothing()
    {
        var person = await Server.NewPersonAsync();
        var (known, unknown) = (await ForgetAsync(person.Email), await ForgetAsync("nobody.at.all@example.com"));

        Assert.Equal((known.Status, known.Location), (unknown.Status, unknown.Location));
        Assert.Single(await Server.MailOfAsync(person.Email));
        Assert.Empty(await Server.MailOfAsync("nobody.at.all@example.com"));
        Assert.Equal(0, await Server.ReadAsync(db => db.OwedMails.CountAsync()));
    }

    [Fact]
    public async Task A_mail_that_cannot_be_written_keeps_no_other_waiting_and_is_tried_again()
    {
        var (first, second) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        await ForgetAsync(first.Email);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await ForgetAsync(second.Email);
        FailToLookUp(times: 1);

        Assert.Single(await Server.MailOfAsync(second.Email));
        Assert.Empty(await Server.MailOfAsync(first.Email));
        Server.Watch.BeforeStatement = null;
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(await Server.MailOfAsync(first.Email));
    }

    [Fact]
    public async Task A_mail_that_can_never_be_written_is_given_up_after_an_hour()
    {
        var person = await Server.NewPersonAsync();
        await ForgetAsync(person.Email);
        FailToLookUp(times: int.MaxValue);
        for (var attempt = 0; attempt < 25; attempt++)
        {
            await Server.MailOfAsync(person.Email);
            Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Server.Watch.BeforeStatement = null;
        Assert.Equal(0, await Server.ReadAsync(db => db.OwedMails.CountAsync()));
        Assert.Empty(await Server.MailOfAsync(person.Email));
    }

    [Fact]
    public async Task A_mail_that_nobody_could_send_for_an_hour_is_not_sent_late()
    {
        var person = await Server.NewPersonAsync();
        await ForgetAsync(person.Email);

        Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Empty(await Server.MailOfAsync(person.Email));
        Assert.Equal(0, await Server.ReadAsync(db => db.OwedMails.CountAsync()));
    }

    [Fact]
    public async Task A_link_opens_no_other_account()
    {
        var (mine, other) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        await ForgetAsync(mine.Email);
        var link = await LinkAsync(mine.Email);
        foreach (var email in new[] { other.Email, "nobody.at.all@example.com" })
        {
            Assert.Contains("do not belong together", (await ResetAsync(link, email)).Body, StringComparison.Ordinal);
        }

        Assert.NotNull((await NewBrowser().SignInAsync(other)).Location);
        Assert.NotNull((await NewBrowser().SignInAsync(mine)).Location);
        Assert.Contains("do not belong together", (await ResetAsync("/Identity/Account/ResetPassword?code=%25", mine.Email)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_ends_the_pause()
    {
        var person = await Server.NewPersonAsync();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await NewBrowser().SignInAsync(person with { Password = "not this one" });
        }

        Assert.Contains("/Lockout", (await NewBrowser().SignInAsync(person)).Location!, StringComparison.Ordinal);
        await ForgetAsync(person.Email);
        await ResetAsync(await LinkAsync(person.Email), person.Email);
        var browser = NewBrowser();
        await browser.SignInAsync(person with { Password = NewPassword });
        Assert.True(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Registration_makes_no_account_until_the_link_in_the_mail_was_used()
    {
        var person = new Person("registered@example.com", NewPassword);
        var browser = NewBrowser();
        var sent = await RegisterAsync(browser, person.Email, "/Identity/Account/Manage/Sessions");
        Assert.Equal("Check your e-mail", (await browser.GetAsync(sent.Location!)).Heading);
        var link = await LinkAsync(person.Email);
        Assert.False(await ExistsAsync(person.Email));

        // In the browser that asked, the way goes on; the address is proved.
        var page = await browser.GetAsync((await browser.GetAsync(link)).Location!);
        Assert.Equal("Create your account", page.Heading);
        Assert.False(await ExistsAsync(person.Email));
        var made = await browser.SubmitAsync(page.MainForm()!, ("Input.Name", "R"), ("Input.Password", NewPassword), ("Input.ConfirmPassword", NewPassword));
        Assert.Equal((HttpStatusCode.SeeOther, "/Identity/Account/Manage/Sessions"), (made.Status, made.Location));
        Assert.True(await browser.IsSignedInAsync());
        Assert.DoesNotContain("not confirmed", (await browser.GetAsync("/Identity/Account/Manage/Email")).Body, StringComparison.Ordinal);

        // The same link makes no second account, and changes nothing of this one.
        var again = await NewBrowser().GetAsync(link);
        Assert.Equal(("You have an account already", null), (again.Heading, again.FormWith("Input.Name")));
        var late = NewBrowser();
        var answer = await late.SubmitAsync(
            page.MainForm()! with { Sent = [.. page.MainForm()!.Sent.Where(field => !field.Key.StartsWith("__", StringComparison.Ordinal)), .. await TokenAsync(late)] },
            ("Input.Name", "Other"), ("Input.Password", "what a thief chose"), ("Input.ConfirmPassword", "what a thief chose"));
        Assert.Equal("You have an account already", answer.Heading);
        Assert.NotNull((await NewBrowser().SignInAsync(person)).Location);
    }

    [Fact]
    public async Task Who_registers_an_address_that_somebody_has_is_answered_alike_and_the_mail_tells_its_owner()
    {
        var person = await Server.NewPersonAsync();
        var sent = await RegisterAsync(NewBrowser(), person.Email, "");

        Assert.Equal((await RegisterAsync(NewBrowser(), "new-to-all@example.com", "")).Location, sent.Location);
        var mail = Assert.Single(await Server.MailOfAsync(person.Email));
        Assert.Equal("You have an account already", mail.Subject);
        Assert.Contains("https://auth.example/Identity/Account/Login", mail.Text, StringComparison.Ordinal);
        Assert.Contains("https://auth.example/Identity/Account/ForgotPassword", mail.Text, StringComparison.Ordinal);
        Assert.NotNull((await NewBrowser().SignInAsync(person)).Location);
    }

    [Fact]
    public async Task A_link_of_registration_is_good_for_a_day_and_cannot_be_made_up()
    {
        await RegisterAsync(NewBrowser(), "slow@example.com", "");
        var link = await LinkAsync("slow@example.com");
        Assert.Equal("Create your account", (await NewBrowser().GetAsync(link)).Heading);
        Assert.Equal(HttpStatusCode.NotFound, (await NewBrowser().GetAsync(link[..^8] + "AAAAAAAA")).Status);

        Clock.Advance(TimeSpan.FromHours(25));
        var late = await NewBrowser().GetAsync(link);
        Assert.Equal((HttpStatusCode.NotFound, "This link no longer works"), (late.Status, late.Heading));
    }

    [Fact]
    public async Task Another_address_counts_once_its_link_was_followed_and_the_old_one_is_told()
    {
        var person = await Server.NewPersonAsync();
        var moved = person with { Email = "moved-" + person.Email };
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        await browser.SubmitAsync((await browser.GetAsync("/Identity/Account/Manage/Email")).FormWith("Input.NewEmail")!, ("Input.NewEmail", moved.Email));
        var link = await LinkAsync(moved.Email);
        Assert.NotNull((await NewBrowser().SignInAsync(person)).Location);

        Assert.Equal(HttpStatusCode.SeeOther, (await ConfirmAsync(link)).Status);

        Assert.Null((await NewBrowser().SignInAsync(person)).Location);
        Assert.NotNull((await NewBrowser().SignInAsync(moved)).Location);
        Assert.Equal("Your e-mail address was changed", Assert.Single(await Server.MailOfAsync(person.Email)).Subject);
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(link)).Status);
    }

    [Fact]
    public async Task An_address_that_somebody_has_is_not_taken_from_them_and_the_link_is_bound_to_the_address()
    {
        var (person, other) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        await browser.SubmitAsync((await browser.GetAsync("/Identity/Account/Manage/Email")).FormWith("Input.NewEmail")!, ("Input.NewEmail", other.Email));
        var link = await LinkAsync(other.Email);

        Assert.Contains("belongs to another account", (await ConfirmAsync(link)).Body, StringComparison.Ordinal);
        Assert.Contains("belongs to another account", (await ConfirmAsync(link.Replace(Uri.EscapeDataString(other.Email), "third%40example.com", StringComparison.Ordinal))).Body, StringComparison.Ordinal);
        Assert.NotNull((await NewBrowser().SignInAsync(person)).Location);
        Assert.NotNull((await NewBrowser().SignInAsync(other)).Location);
    }

    /// <summary>Whom a mail is for is asked for by address.</summary>
    private void FailToLookUp(int times) => Server.Watch.BeforeStatement = sql =>
    {
        if (sql.Contains("\"NormalizedEmail\" = ", StringComparison.Ordinal) && times-- > 0)
        {
            throw new InvalidOperationException("Not of the database's kinds.");
        }
    };

    private Task<bool> ExistsAsync(string email) => Server.ReadAsync(db => db.Users.AnyAsync(u => u.Email == email));

    private static async Task<Page> RegisterAsync(Browser browser, string email, string returnUrl) => await browser.SubmitAsync(
        (await browser.GetAsync("/Identity/Account/Register")).FormWith("Input.Email")!, ("Input.Email", email), ("ReturnUrl", returnUrl));

    private static async Task<IEnumerable<KeyValuePair<string, string>>> TokenAsync(Browser browser) =>
        (await browser.GetAsync("/Identity/Account/Login")).MainForm()!.Sent.Where(field => field.Key.StartsWith("__", StringComparison.Ordinal));

    private async Task<Page> ForgetAsync(string email)
    {
        var browser = NewBrowser();
        return await browser.SubmitAsync((await browser.GetAsync("/Identity/Account/ForgotPassword")).FormWith("Input.Email")!, ("Input.Email", email));
    }

    private async Task<Page> ResetAsync(string link, string email)
    {
        var browser = NewBrowser();
        return await browser.SubmitAsync(
            (await browser.GetAsync(link)).FormWith("Input.Code")!, ("Input.Email", email), ("Input.Password", NewPassword), ("Input.ConfirmPassword", NewPassword));
    }

    private async Task<Page> ConfirmAsync(string link)
    {
        var browser = NewBrowser();
        return await browser.SubmitAsync((await browser.GetAsync(link)).FormWith("code")!);
    }

    private async Task<string> LinkAsync(string address)
    {
        var mails = await Server.MailOfAsync(address);
        return LinkPattern().Match(mails[0].Text).Groups["path"].Value;
    }

    [GeneratedRegex(@"https://auth\.example(?<path>/Identity/\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LinkPattern();
}
