using AuthServer.Account;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>The session cookie is a sealed session id and a random key, and every request asks whether that session lives.</summary>
public sealed class SessionCookieTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task A_planted_cookie_does_not_become_the_victims()
    {
        var mallory = await Web.SignInAsync(Person.Mallory);
        var planted = mallory.Browser.SessionCookie!;
        var victim = NewBrowser();
        victim.SessionCookie = planted;
        Clock.Advance(TimeSpan.FromSeconds(1));

        await victim.SignInAsync(Alice);

        Assert.NotEqual(planted, victim.SessionCookie);
        Assert.True(await victim.IsSignedInAsync());
        Assert.False(await mallory.Browser.IsSignedInAsync());
        await Web.ShouldBeDeadAsync(mallory);
        var line = await Server.ReadAsync(db => db.Revocations.Where(r => r.Completes == null).OrderByDescending(r => r.At).FirstAsync());
        Assert.Equal((RevocationCause.SignInAsAnother, Sid(mallory)), (line.Cause, line.TargetId));
    }

    [Fact]
    public async Task The_same_person_gets_a_new_key_and_the_old_cookie_is_refused()
    {
        var tokens = await Web.SignInAsync(Alice);
        var old = tokens.Browser.SessionCookie!;

        await tokens.Browser.SignInAsync(Alice);

        var thief = NewBrowser();
        thief.SessionCookie = old;
        Assert.False(await thief.IsSignedInAsync());
        Assert.True(await tokens.Browser.IsSignedInAsync());
        Assert.Equal(Sid(tokens), Sid(await Web.SignInAsync(tokens.Browser, Alice)));
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task The_cookie_of_an_ended_session_is_refused_at_the_next_request()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        var copy = NewBrowser();
        copy.SessionCookie = browser.SessionCookie;
        Assert.True(await copy.IsSignedInAsync());

        await browser.SignOutAsync();

        Assert.Null(browser.SessionCookie);
        Assert.False(await copy.IsSignedInAsync());
        Assert.Equal("login_required", (await copy.VisitAsync(Web.Request().With("prompt", "none").Url)).Error);
    }

    [Fact]
    public async Task A_session_withdrawn_elsewhere_is_over_here_at_once()
    {
        var tokens = await Web.SignInAsync(Alice);

        await Server.WithdrawAsync(new RevocationTarget.Session(Sid(tokens)), RevocationCause.SignOut);

        Assert.False(await tokens.Browser.IsSignedInAsync());
    }

    [Fact]
    public async Task A_disabled_person_is_signed_out_at_once_and_cannot_come_back()
    {
        var person = await Server.NewPersonAsync();
        var tokens = await Web.SignInAsync(person);
        var id = await Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());

        await Server.WithdrawAsync(new RevocationTarget.User(id), RevocationCause.UserDisabled);

        await Web.ShouldBeDeadAsync(tokens);
        Assert.False(await tokens.Browser.IsSignedInAsync());
        Assert.True((await tokens.Browser.SignInAsync(person)).AsksForPassword);
        Assert.False(await tokens.Browser.IsSignedInAsync());
    }

    [Fact]
    public async Task The_sid_alone_is_not_enough()
    {
        var tokens = await Web.SignInAsync(Alice);
        var forger = NewBrowser();

        // Even sealed by this very server, the public id with another key opens nothing.
        forger.SessionCookie = Sealed(Server.Services.GetRequiredService<IDataProtectionProvider>(), Sid(tokens));
        Assert.False(await forger.IsSignedInAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("CfDJ8")]
    [InlineData("%00%FF")]
    public async Task A_cookie_that_is_not_ours_is_no_session(string value)
    {
        var browser = NewBrowser();
        browser.SessionCookie = value;

        Assert.False(await browser.IsSignedInAsync());
        Assert.Equal("login_required", (await browser.VisitAsync(Web.Request().With("prompt", "none").Url)).Error);
    }

    [Fact]
    public async Task A_cookie_that_was_changed_or_sealed_elsewhere_is_no_session()
    {
        var tokens = await Web.SignInAsync(Alice);
        var cookie = tokens.Browser.SessionCookie!;
        string[] wrong =
        [
            cookie[..60] + (cookie[60] == 'A' ? 'B' : 'A') + cookie[61..],
            Sealed(new EphemeralDataProtectionProvider(), Sid(tokens)),
            tokens.RefreshToken,
        ];

        foreach (var value in wrong)
        {
            var forger = NewBrowser();
            forger.SessionCookie = value;
            Assert.False(await forger.IsSignedInAsync());
        }
    }

    [Fact]
    public async Task An_unused_session_ends_after_two_hours_and_use_keeps_it()
    {
        var (used, unused) = (NewBrowser(), NewBrowser());
        await used.SignInAsync(Alice);
        await unused.SignInAsync(Alice);
        for (var i = 0; i < 2; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(100));
            Assert.True(await used.IsSignedInAsync());
        }

        Assert.False(await unused.IsSignedInAsync());
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.False(await used.IsSignedInAsync());
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_whatever_happens()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        for (var hour = 1; hour < 12; hour++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            Assert.True(await browser.IsSignedInAsync(), $"after {hour} hours");
        }

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Signing_in_again_does_not_make_a_session_older_than_it_may_be()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        for (var hour = 1; hour < 12; hour++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            await browser.SignInAsync(Alice);
        }

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Keep_me_signed_in_outlives_the_browser_and_the_day()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice, keep: true);
        var expires = browser.LastSetSessionCookie!.Expires;
        Assert.Equal(Clock.Now.AddDays(90), expires!.Value.UtcDateTime, TimeSpan.FromSeconds(1));

        Clock.Advance(TimeSpan.FromDays(13));
        Assert.True(await browser.IsSignedInAsync());
        Clock.Advance(TimeSpan.FromDays(14));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_other_sites_and_other_hosts()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);

        var cookie = browser.LastSetSessionCookie!;
        Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: Microsoft.Net.Http.Headers.SameSiteMode.Lax });
        Assert.Equal(("/", null, null), (cookie.Path.ToString(), cookie.Domain.Value, cookie.Expires));
    }

    [Fact]
    public async Task A_wrong_password_signs_nobody_in_and_does_not_tell_who_exists()
    {
        var (wrong, unknown) = (NewBrowser(), NewBrowser());
        var first = await wrong.SignInAsync(Alice with { Password = "wrong password" });
        var second = await unknown.SignInAsync(new Person("nobody@example.com", "wrong password"));

        Assert.Null(wrong.SessionCookie);
        Assert.Null(unknown.SessionCookie);
        Assert.All([first, second], page => Assert.Contains("E-mail or password is wrong", page.Body, StringComparison.Ordinal));
    }

    private static Guid Sid(Tokens tokens) => Guid.Parse(new JsonWebToken(tokens.IdToken).GetClaim("sid").Value);

    private static string Sealed(IDataProtectionProvider protection, Guid sid)
    {
        var properties = new AuthenticationProperties();
        SessionKey.New(sid).Put(properties);
        return new SessionTicketFormat(protection).Protect(new AuthenticationTicket(new(), properties, "x"));
    }
}
