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
    public async Task Who_asks_for_a_link_learns_nothing_and_waits_for_the_same()
    {
        var person = await Server.NewPersonAsync();
        var (known, knownStatements) = await CountedAsync(person.Email);
        var (unknown, unknownStatements) = await CountedAsync("nobody.at.all@example.com");

        Assert.Equal((known.Status, known.Location), (unknown.Status, unknown.Location));
        Assert.Equal(knownStatements, unknownStatements);
        Assert.Single(await Server.MailOfAsync(person.Email));
        Assert.Empty(await Server.MailOfAsync("nobody.at.all@example.com"));
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
    public async Task An_address_is_proved_by_the_link_that_registration_sends()
    {
        var person = new Person("registered@example.com", "a password of theirs");
        var browser = NewBrowser();
        var form = (await browser.GetAsync("/Identity/Account/Register")).FormWith("Input.Name")!;
        await browser.SubmitAsync(form, ("Input.Name", "R"), ("Input.Email", person.Email), ("Input.Password", person.Password), ("Input.Confirmation", person.Password));
        Assert.Contains("not confirmed", (await browser.GetAsync("/Identity/Account/Manage/Email")).Body, StringComparison.Ordinal);

        var link = await LinkAsync(person.Email);
        var page = await NewBrowser().GetAsync(link);
        Assert.Contains("not confirmed", (await browser.GetAsync("/Identity/Account/Manage/Email")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await ConfirmAsync(link)).Status);

        Assert.Equal("Confirm your e-mail address", page.Heading);
        Assert.DoesNotContain("not confirmed", (await browser.GetAsync("/Identity/Account/Manage/Email")).Body, StringComparison.Ordinal);
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

    private async Task<Page> ForgetAsync(string email)
    {
        var browser = NewBrowser();
        return await browser.SubmitAsync((await browser.GetAsync("/Identity/Account/ForgotPassword")).FormWith("Input.Email")!, ("Input.Email", email));
    }

    private async Task<(Page Page, int Statements)> CountedAsync(string email)
    {
        var browser = NewBrowser();
        var form = (await browser.GetAsync("/Identity/Account/ForgotPassword")).FormWith("Input.Email")!;
        var before = Server.Watch.Statements.Count;
        var page = await browser.SubmitAsync(form, ("Input.Email", email));

        // What runs behind the requests knows nothing of mail or of addresses.
        return (page, Server.Watch.Statements.Skip(before).Count(s => s.Contains("OwedMails", StringComparison.Ordinal) || s.Contains("NormalizedEmail", StringComparison.Ordinal)));
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
