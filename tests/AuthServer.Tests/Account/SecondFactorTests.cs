using System.Net;
using System.Text.RegularExpressions;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Account;

/// <summary>An authenticator app set up on our pages, asked for at sign-in, and stood in for by codes that are good once.</summary>
public sealed partial class SecondFactorTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string Manage = "/Identity/Account/Manage/";

    [Fact]
    public async Task An_app_is_set_up_by_key_and_code_and_asked_for_from_then_on()
    {
        var (person, app, codes) = await SetUpAsync();

        var browser = NewBrowser();
        var second = await FirstStepAsync(browser, person);
        Assert.Equal("Two-step sign-in", second.Heading);
        Assert.False(await browser.IsSignedInAsync());
        var wrong = await browser.SubmitAsync(second.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", "000000"));
        Assert.Contains("This code is not right", wrong.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(wrong.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", app.Code()))).Status);
        Assert.True(await browser.IsSignedInAsync());
        Assert.Equal(10, codes.Count);
    }

    [Fact]
    public async Task The_key_is_drawn_here_and_shown_to_nobody_once_it_is_in_use()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        await browser.GetAsync(Manage + "EnableAuthenticator");
        var picture = await browser.GetAsync(Manage + "EnableAuthenticator?handler=Qr");
        Assert.Equal("image/svg+xml", picture.Header("Content-Type"));
        Assert.Contains("<svg", picture.Body, StringComparison.Ordinal);
        Assert.Equal("no-store", picture.Header("Cache-Control"));

        await Fixtures.SecondFactor.SetUpAsync(Server, person);

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Manage + "EnableAuthenticator?handler=Qr")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(Manage + "EnableAuthenticator")).Status);
    }

    [Fact]
    public async Task A_code_signs_in_once_however_it_is_written()
    {
        var (person, app, _) = await SetUpAsync();
        var code = app.Code();
        Assert.True(await SecondStepAsync(NewBrowser(), person, code));

        foreach (var same in new[] { code, $"0{code}", $"+{code}", $"{code[..3]} {code[3..]}" })
        {
            Assert.False(await SecondStepAsync(NewBrowser(), person, same));
        }

        // Each counts as a wrong code does: the next one begins the pause.
        Assert.Equal(4, await Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.AccessFailedCount).SingleAsync()));
        Assert.True(await SecondStepAsync(NewBrowser(), person, app.Code()));
    }

    [Fact]
    public async Task The_code_that_proved_the_app_does_not_sign_in_and_the_other_way_round()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        var page = await browser.GetAsync(Manage + "EnableAuthenticator");
        var app = new Fixtures.SecondFactor(KeyPattern().Match(page.Body).Groups["key"].Value.Replace(" ", "", StringComparison.Ordinal));
        var code = app.Code();
        await browser.SubmitAsync(page.FormWith("Input.Code")!, ("Input.Code", code));

        Assert.False(await SecondStepAsync(NewBrowser(), person, code));
        Assert.True(await SecondStepAsync(NewBrowser(), person, app.Code()));
    }

    [Theory]
    [InlineData("everywhere")]
    [InlineData("others")]
    public async Task A_remembered_browser_is_asked_again_after_signing_out_everywhere(string kind)
    {
        var (person, app, _) = await SetUpAsync();
        var (remembered, here) = (NewBrowser(), NewBrowser());
        Assert.True(await SecondStepAsync(remembered, person, app.Code(), remember: true));
        await remembered.SignOutAsync();
        Assert.Equal("/", (await remembered.SignInAsync(person)).Location);
        Assert.True(await SecondStepAsync(here, person, app.Code()));

        var page = await here.GetAsync($"{Manage}Withdraw?kind={kind}");
        await here.SubmitAsync(page.FormWith("stamp")!);

        Assert.Equal(kind == "others", await here.IsSignedInAsync());
        Assert.False(await remembered.IsSignedInAsync());
        Assert.StartsWith("/Identity/Account/LoginWith2fa", (await remembered.SignInAsync(person)).Location, StringComparison.Ordinal);
        Assert.False(await remembered.IsSignedInAsync());
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once()
    {
        var (person, _, codes) = await SetUpAsync();
        foreach (var (code, signsIn) in new[] { (codes[0], true), (codes[0], false), (codes[1], true) })
        {
            var browser = NewBrowser();
            await FirstStepAsync(browser, person);
            var page = await browser.GetAsync("/Identity/Account/LoginWithRecoveryCode");
            await browser.SubmitAsync(page.FormWith("Input.RecoveryCode")!, ("Input.RecoveryCode", code));
            Assert.Equal(signsIn, await browser.IsSignedInAsync());
        }

        Assert.Equal(2, await CountAsync(person, SecurityEventKind.RecoveryCodeUsed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_recovery_code_keeps_who_asked_for_it_signed_in(bool keep)
    {
        var (person, _, codes) = await SetUpAsync();
        var browser = NewBrowser();
        var second = await browser.GetAsync((await browser.SignInAsync(person, keep)).Location!);
        var recovery = await browser.GetAsync(WebUtility.HtmlDecode(RecoveryPattern().Match(second.Body).Groups["address"].Value));

        var answer = await browser.SubmitAsync(recovery.FormWith("Input.RecoveryCode")!, ("Input.RecoveryCode", codes[0]));

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(keep, browser.LastSetSessionCookie!.Expires is not null);
        var id = await IdAsync(person);
        Assert.Equal(keep, await Server.ReadAsync(db => db.LoginSessions.Where(s => s.UserId == id && s.Amr == "mfa").Select(s => s.Persistent).SingleAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_step_does_not_survive_what_was_withdrawn_since_the_first(bool passwordChanged)
    {
        var (person, app, codes) = await SetUpAsync();
        var browser = NewBrowser();
        var second = await FirstStepAsync(browser, person);
        var recovery = await browser.NewTab().GetAsync("/Identity/Account/LoginWithRecoveryCode");

        var id = await IdAsync(person);
        await Server.WithdrawAsync(new RevocationTarget.UserSessions(id, null), passwordChanged ? RevocationCause.PasswordReset : RevocationCause.SignOutEverywhere);

        var refused = await browser.SubmitAsync(second.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", app.Code()));
        Assert.Contains("/Identity/Account/Login", refused.Location, StringComparison.Ordinal);
        await browser.SubmitAsync(recovery.FormWith("Input.RecoveryCode")!, ("Input.RecoveryCode", codes[0]));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Theory]
    [InlineData("ChangePassword")]
    [InlineData("EnableAuthenticator")]
    [InlineData("Disable2fa")]
    [InlineData("ResetAuthenticator")]
    [InlineData("GenerateRecoveryCodes")]
    [InlineData("DeletePersonalData")]
    public async Task What_matters_asks_for_a_fresh_sign_in(string name)
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        Assert.DoesNotContain("/Account/Login", (await browser.GetAsync(Manage + name)).Location ?? "", StringComparison.Ordinal);

        Clock.Advance(TimeSpan.FromMinutes(11));

        var asked = await browser.GetAsync(Manage + name);
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
        Assert.Contains("/Identity/Account/Login", asked.Location!, StringComparison.Ordinal);
        Assert.Contains($"%2FManage%2F{name}", asked.Location!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_address_asks_for_a_fresh_sign_in()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        Clock.Advance(TimeSpan.FromMinutes(11));

        var asked = await browser.SubmitAsync((await browser.GetAsync(Manage + "Email")).FormWith("Input.NewEmail")!, ("Input.NewEmail", "other@example.com"));

        Assert.Contains("/Identity/Account/Login", asked.Location!, StringComparison.Ordinal);
        Assert.Empty(await Server.MailOfAsync("other@example.com"));
    }

    [Fact]
    public async Task After_too_many_wrong_codes_sign_in_pauses_and_says_until_when()
    {
        var (person, app, _) = await SetUpAsync();
        var browser = NewBrowser();
        var page = await FirstStepAsync(browser, person);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            page = await browser.SubmitAsync(page.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", "000000"));
        }

        Assert.Contains("Lockout?until=", page.Location!, StringComparison.Ordinal);
        var paused = await browser.GetAsync(page.Location!);
        Assert.Contains("5 minutes", paused.Body, StringComparison.Ordinal);
        Assert.Contains(Clock.Now.AddMinutes(5).ToString("HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture), paused.Body, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromMinutes(6));
        var again = await FirstStepAsync(browser, person);
        await browser.SubmitAsync(again.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", app.Code()));
        Assert.True(await browser.IsSignedInAsync());
    }

    private async Task<(Person Person, Fixtures.SecondFactor App, IReadOnlyList<string> Codes)> SetUpAsync()
    {
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        var page = await browser.GetAsync(Manage + "EnableAuthenticator");
        var app = new Fixtures.SecondFactor(KeyPattern().Match(page.Body).Groups["key"].Value.Replace(" ", "", StringComparison.Ordinal));
        var wrong = await browser.SubmitAsync(page.FormWith("Input.Code")!, ("Input.Code", "000000"));
        Assert.Contains("This code is not right", wrong.Body, StringComparison.Ordinal);
        var shown = await browser.SubmitAsync(wrong.FormWith("Input.Code")!, ("Input.Code", app.Code()));
        Assert.Contains("Your recovery codes", shown.Body, StringComparison.Ordinal);
        return (person, app, [.. CodePattern().Matches(shown.Body).Select(match => match.Groups["code"].Value)]);
    }

    private static async Task<bool> SecondStepAsync(Browser browser, Person person, string code, bool remember = false)
    {
        var page = await FirstStepAsync(browser, person);
        await browser.SubmitAsync(page.FormWith("Input.TwoFactorCode")!, ("Input.TwoFactorCode", code), ("Input.RememberMachine", remember ? "true" : "false"));
        return await browser.IsSignedInAsync();
    }

    private static async Task<Page> FirstStepAsync(Browser browser, Person person) => await browser.GetAsync((await browser.SignInAsync(person)).Location!);

    private Task<Guid> IdAsync(Person person) => Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());

    private async Task<int> CountAsync(Person person, SecurityEventKind kind)
    {
        var id = await IdAsync(person);
        return await Server.ReadAsync(db => db.SecurityEvents.CountAsync(e => e.UserId == id && e.Kind == kind));
    }

    [GeneratedRegex("<p class=\"user-code key\">(?<key>[A-Z2-7 ]+)</p>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyPattern();

    [GeneratedRegex("<a href=\"(?<address>[^\"]*LoginWithRecoveryCode[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RecoveryPattern();

    [GeneratedRegex("<li><code>(?<code>[^<]+)</code></li>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodePattern();
}
