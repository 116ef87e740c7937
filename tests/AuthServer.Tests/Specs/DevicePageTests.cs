using System.Net;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 8628 §3.3, §5: what people are asked before a device gets anything, and how they are kept from giving it away.</summary>
public abstract class DevicePageTests(AuthServerFactory server) : SpecFacts(server)
{
    private DeviceParty Tv { get; } = new(server.Client("tv"));

    [Fact]
    public async Task Who_is_not_signed_in_signs_in_first_and_finds_the_code_again()
    {
        var asked = await Tv.AskAsync();
        var browser = NewBrowser();
        var login = await browser.GetAsync(new Uri(asked.Member("verification_uri_complete")!).PathAndQuery);
        Assert.Equal(HttpStatusCode.SeeOther, login.Status);
        Assert.DoesNotContain(asked.Member("user_code")!, login.Location!, StringComparison.Ordinal);

        var page = (await browser.FollowAsync(login, await Server.NewPersonAsync(), decision: null)).Page;

        Assert.Equal("Connect a device", page.Heading);
        Assert.Equal(asked.Member("user_code"), page.FormWith("user_code")!.Fields["user_code"]);
        Assert.Contains("Did somebody send you this code", page.Body, StringComparison.Ordinal);

        // Nothing was decided by following the link: the person still confirms the code, and then decides.
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Theory]
    [InlineData(" {0} ")]
    [InlineData("{1}")]
    [InlineData("{2}")]
    public async Task A_code_is_read_as_people_type_it(string typed)
    {
        var browser = await SignedInAsync();
        var code = (await Tv.AskAsync()).Member("user_code")!;
        var plain = code.Replace("-", "", StringComparison.Ordinal);
        var spaced = string.Join(' ', plain.Chunk(2).Select(pair => new string(pair))).ToLowerInvariant();

        var page = await DeviceParty.TypeAsync(browser, string.Format(System.Globalization.CultureInfo.InvariantCulture, typed, code, plain, spaced));

        Assert.Equal("Connect this device to your account?", page.Heading);
        Assert.Contains(code, page.Body, StringComparison.Ordinal);
        Assert.Contains("Television", page.Body, StringComparison.Ordinal);
        Assert.Contains("Read your orders", page.Body, StringComparison.Ordinal);
        Assert.Contains("Signing out here does not end it", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_the_clients_logo()
    {
        var client = await NewClient.RegisterAsync(Server, metadata => metadata with
        {
            TokenEndpointAuthMethod = "none",
            GrantTypes = ["authorization_code", "refresh_token", DeviceParty.GrantType],
            Consent = "explicit",
            LogoUri = "https://logos.example/tv.png",
        });
        var browser = await SignedInAsync();

        var page = await DeviceParty.TypeAsync(browser, (await new DeviceParty(client).AskAsync()).ShouldBeOk().Member("user_code")!);

        Assert.Contains("src=\"https://logos.example/tv.png\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("img-src 'self' data: https://logos.example;", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        var other = await DeviceParty.TypeAsync(browser, (await Tv.AskAsync()).Member("user_code")!);
        Assert.Contains("img-src 'self' data:;", other.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_asked_again_for_every_device()
    {
        var browser = await SignedInAsync();
        await Tv.ConnectAsync(browser);
        Assert.True((await DeviceParty.TypeAsync(browser, (await Tv.AskAsync()).Member("user_code")!)).AsksForConsent);
    }

    [Fact]
    public async Task A_link_to_the_decision_is_good_for_nobody_else()
    {
        var (mallory, victim) = (await SignedInAsync(), await SignedInAsync());
        var asked = await Tv.AskAsync();
        var consent = await DeviceParty.TypeAsync(mallory, asked.Member("user_code")!);

        Assert.Equal("/device", (await victim.GetAsync(consent.Address)).Location);
        Assert.Equal("/device", (await victim.GetAsync("/device/consent?continue=forged")).Location);
        Assert.Equal("/device", (await victim.GetAsync("/device/done?continue=forged")).Location);
        Assert.Equal(HttpStatusCode.BadRequest, (await victim.PostAsync(consent.Address, [new("decision", "allow")])).Status);

        // Nor for the same person in another session: with it the browser has another key.
        await mallory.SignOutAsync();
        Assert.Equal("/device", (await mallory.GetAsync(consent.Address)).Location);
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task Signed_out_before_the_decision_nothing_is_decided()
    {
        var browser = await SignedInAsync();
        var asked = await Tv.AskAsync();
        var consent = await DeviceParty.TypeAsync(browser, asked.Member("user_code")!);
        var late = browser.NewTab();
        await browser.SignOutAsync();
        var posted = await late.SubmitAsync(consent.FormWith("decision")!, ("decision", "allow"));
        Assert.True(posted.Status == HttpStatusCode.BadRequest || posted.Location == "/device", $"{posted.Status} {posted.Location}");
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task A_code_that_was_decided_by_somebody_else_is_used_up()
    {
        var (first, second) = (await SignedInAsync(), await SignedInAsync());
        var asked = await Tv.AskAsync();
        var (mine, theirs) = (await DeviceParty.TypeAsync(first, asked.Member("user_code")!), await DeviceParty.TypeAsync(second, asked.Member("user_code")!));
        await first.SubmitAsync(mine.FormWith("decision")!, ("decision", "allow"));

        var done = await second.SubmitAsync(theirs.FormWith("decision")!, ("decision", "allow"));

        Assert.Equal("This code is used up", (await second.GetAsync(done.Location!)).Heading);
        Assert.Equal("This code is used up", (await second.GetAsync((await second.GetAsync(theirs.Address)).Location!)).Heading);
    }

    [Fact]
    public async Task Ten_wrong_codes_and_nobody_listens_for_ten_minutes()
    {
        var browser = await SignedInAsync();
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Contains("No device waits", (await DeviceParty.TypeAsync(browser, Wrong(guess))).Body, StringComparison.Ordinal);
        }

        // The right one neither, so it cannot be told from the wrong ones.
        var right = (await Tv.AskAsync()).Member("user_code")!;
        var refused = await DeviceParty.TypeAsync(browser, right);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("too many wrong codes", refused.Body, StringComparison.Ordinal);

        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.True((await DeviceParty.TypeAsync(browser, (await Tv.AskAsync()).Member("user_code")!)).AsksForConsent);
    }

    [Fact]
    public async Task Guessing_as_many_users_from_one_address_is_counted_too()
    {
        Clock.Advance(TimeSpan.FromMinutes(10));
        for (var user = 0; user < 5; user++)
        {
            var browser = await SignedInAsync();
            await DeviceParty.TypeAsync(browser, Wrong(2 * user));
            await DeviceParty.TypeAsync(browser, Wrong((2 * user) + 1));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await DeviceParty.TypeAsync(await SignedInAsync(), Wrong(10))).Status);
        Clock.Advance(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Guesses_that_come_at_once_are_no_more()
    {
        Clock.Advance(TimeSpan.FromMinutes(10));
        var browser = await SignedInAsync();
        var form = (await browser.GetAsync("/device")).FormWith("user_code")!;
        var pages = await Task.WhenAll(Enumerable.Range(0, 40).Select(guess => browser.NewTab().SubmitAsync(form, ("user_code", Wrong(guess)))));
        Assert.InRange(pages.Count(page => page.Status == HttpStatusCode.OK), 1, 10);
        Clock.Advance(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Right_codes_and_slips_of_the_finger_are_not_counted()
    {
        Clock.Advance(TimeSpan.FromMinutes(10));
        var browser = await SignedInAsync();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            Assert.Contains("not a code that a device shows", (await DeviceParty.TypeAsync(browser, "ABC")).Body, StringComparison.Ordinal);
            Assert.True((await DeviceParty.TypeAsync(browser, (await Tv.AskAsync()).Member("user_code")!)).AsksForConsent);
        }
    }

    private static string Wrong(int guess) => $"BBBBBB{"BCDFGHJKLMNPQRSTVWXZ"[guess / 20]}{"BCDFGHJKLMNPQRSTVWXZ"[guess % 20]}";

    private async Task<Browser> SignedInAsync()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(await Server.NewPersonAsync());
        return browser;
    }
}

public sealed class SqliteDevicePageTests(SqliteServer server) : DevicePageTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlDevicePageTests(PostgreSqlServer server) : DevicePageTests(server), IClassFixture<PostgreSqlServer>;
