using System.Net;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Specs;

/// <summary>The device authorization grant (RFC 8628): asking, polling, collecting. What people see of it is in <see cref="DevicePageTests"/>.</summary>
public abstract class DeviceFlowTests(AuthServerFactory server) : SpecFacts(server)
{
    private const int AtOnce = 20;

    private DeviceParty Tv { get; } = new(server.Client("tv"));

    private DeviceParty Console { get; } = new(server.Client("console"));

    [Fact]
    public async Task The_answer_has_what_the_device_shows_and_what_it_polls_with()
    {
        var asked = (await Tv.AskAsync()).ShouldBeOk();
        Assert.Equal("application/json", asked.Header("Content-Type"));
        Assert.Equal("no-store", asked.Header("Cache-Control"));
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", asked.Member("user_code"));
        Assert.Equal(AuthServerFactory.Issuer + "/device", asked.Member("verification_uri"));
        Assert.Equal($"{AuthServerFactory.Issuer}/device?user_code={asked.Member("user_code")}", asked.Member("verification_uri_complete"));
        Assert.Equal(("600", "5"), (asked.Member("expires_in"), asked.Member("interval")));
        Assert.Equal(6, asked.Json.EnumerateObject().Count());
    }

    [Fact]
    public async Task Only_a_client_that_is_registered_for_it_may_ask_for_what_it_is_registered_for()
    {
        (await new DeviceParty(Web).AskAsync("openid")).ShouldBe(HttpStatusCode.BadRequest, "unauthorized_client");
        (await new DeviceParty(Web).PollAsync("whatever")).ShouldBe(HttpStatusCode.BadRequest, "unauthorized_client");
        (await Tv.AskAsync("openid billing")).ShouldBe(HttpStatusCode.BadRequest, "invalid_scope");
        (await Tv.AskAsync("")).ShouldBe(HttpStatusCode.BadRequest, "invalid_scope");
        (await new DeviceParty(Tv.Client.With("wrong-secret-0123456789", "client_secret_basic")).AskAsync()).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        (await Tv.Client.PostAsync("/connect/device", [("scope", "openid"), ("scope", "profile")])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Tv.Client.PostAsync("/connect/token", [("grant_type", DeviceParty.GrantType)])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Console.AskAsync()).ShouldBeOk();
    }

    [Fact]
    public async Task Allowed_it_gets_tokens_that_hang_from_no_session()
    {
        var browser = await SignedInAsync(Bob);
        var asked = await Tv.AskAsync();
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");

        await DeviceParty.DecideAsync(browser, asked);
        var tokens = (await Tv.PollAsync(asked)).ShouldBeOk();

        Assert.Equal("openid profile offline_access orders.read", tokens.Scope);
        var (idToken, accessToken) = (new JsonWebToken(tokens.IdToken), new JsonWebToken(tokens.AccessToken));
        Assert.Equal(idToken.Subject, accessToken.Subject);
        Assert.Equal(["tv"], idToken.Audiences);
        Assert.False(idToken.TryGetClaim("sid", out _) || accessToken.TryGetClaim("sid", out _) || idToken.TryGetClaim("nonce", out _));
        Assert.True(idToken.TryGetClaim("auth_time", out _));
        await Tv.Client.ShouldBeAliveAsync(tokens);
        await Tv.Client.ShouldBeAliveAsync((await Tv.Client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk());
    }

    [Fact]
    public async Task A_client_without_refresh_tokens_gets_none()
    {
        var tokens = await Console.ConnectAsync(await SignedInAsync(Bob));
        Assert.Null(tokens.Member("refresh_token"));
        Assert.Equal("true", (await Api.IntrospectAsync(tokens.AccessToken)).Member("active"));
        var scopeless = await Console.ConnectAsync(await SignedInAsync(Bob), "profile");
        Assert.Null(scopeless.Member("id_token"));
    }

    /// <summary>RFC 9449 §5: what a public client was given bound to its key is given to no other key, and to nobody without one.</summary>
    [Fact]
    public async Task Who_asks_once_more_proves_the_same_key()
    {
        var key = new TestKey();
        var bound = new DeviceParty(Console.Client.Proving(key));
        var asked = (await bound.AskAsync()).ShouldBeOk();
        await DeviceParty.DecideAsync(await SignedInAsync(Bob), asked);
        var tokens = (await bound.PollAsync(asked)).ShouldBeOk();

        (await Console.PollAsync(asked)).ShouldBeInvalidGrant();
        (await new DeviceParty(Console.Client.Proving(new TestKey())).PollAsync(asked)).ShouldBeInvalidGrant();

        Assert.Equal("DPoP", (await bound.PollAsync(asked)).ShouldBeOk().Member("token_type"));
        await bound.Client.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Denied_it_is_told_so()
    {
        var asked = await Tv.AskAsync();
        Assert.Equal("The device was not connected", (await DeviceParty.DecideAsync(await SignedInAsync(Bob), asked, "deny")).Heading);
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "access_denied");
    }

    [Fact]
    public async Task Who_polls_too_soon_must_wait_longer_and_stops_writing()
    {
        var asked = await Tv.AskAsync();
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");
        Clock.Advance(TimeSpan.FromSeconds(5));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");

        Clock.Advance(TimeSpan.FromSeconds(4));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "slow_down");
        Clock.Advance(TimeSpan.FromSeconds(5));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "slow_down");
        Clock.Advance(TimeSpan.FromSeconds(6));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");

        // It is kept in the database, where other nodes see it, and has an end.
        var row = await DeviceParty.RowAsync(Server, asked);
        Assert.Equal((15, Clock.Now), (row.Interval, row.LastPolledAt));
        for (var hasty = 0; hasty < AtOnce; hasty++)
        {
            (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "slow_down");
        }

        row = await DeviceParty.RowAsync(Server, asked);
        Assert.Equal((DeviceAuthorizations.LongestInterval, Clock.Now), (row.Interval, row.LastPolledAt));
        Assert.False(await Server.Services.GetRequiredService<DeviceAuthorizations>().PollAsync(row, Cancellation));
    }

    [Fact]
    public async Task An_approved_device_need_not_wait()
    {
        var asked = await Tv.AskAsync();
        await Tv.PollAsync(asked);
        await DeviceParty.DecideAsync(await SignedInAsync(Bob), asked);
        (await Tv.PollAsync(asked)).ShouldBeOk();
    }

    [Fact]
    public async Task A_code_that_nobody_decided_expires()
    {
        var asked = await Tv.AskAsync();
        Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "expired_token");
        Assert.Contains("No device waits", (await DeviceParty.TypeAsync(await SignedInAsync(Bob), asked.Member("user_code")!)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_was_allowed_and_not_collected_expires_with_its_family()
    {
        var asked = await Tv.AskAsync();
        await DeviceParty.DecideAsync(await SignedInAsync(Bob), asked);
        Clock.Advance(TimeSpan.FromMinutes(10));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "expired_token");
    }

    [Fact]
    public async Task A_code_that_was_pruned_has_expired()
    {
        var asked = await Tv.AskAsync();
        Clock.Advance(TimeSpan.FromMinutes(16));
        await Server.Services.GetRequiredService<Pruning>().RunAsync(new PruningTimes(TimeSpan.FromDays(7), TimeSpan.FromDays(30)), Cancellation);
        Assert.False(await Server.ReadAsync(db => db.DeviceAuthorizations.AnyAsync(d => d.ExpiresAt < Clock.Now)));
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "expired_token");
    }

    [Fact]
    public async Task Rubbish_and_other_clients_codes_are_answered_alike()
    {
        var asked = await Tv.AskAsync();
        var alien = (await Console.PollAsync(asked)).ShouldBeInvalidGrant();
        Assert.Equal((await Console.PollAsync("rubbish")).ShouldBeInvalidGrant().Text, alien.Text);
        var (code, _) = await Web.GetCodeAsync(Bob);
        (await Tv.PollAsync(code)).ShouldBeInvalidGrant();

        // Nothing of it was counted as the device's own poll.
        (await Tv.PollAsync(asked)).ShouldBe(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task A_device_that_lost_the_answer_asks_again_and_gets_the_same()
    {
        var asked = await Tv.AskAsync();
        await DeviceParty.DecideAsync(await SignedInAsync(Bob), asked);
        var lost = (await Tv.PollAsync(asked)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromSeconds(10));
        var heard = (await Tv.PollAsync(asked)).ShouldBeOk();

        Clock.Advance(TimeSpan.FromSeconds(31));
        await Tv.Client.ShouldBeAliveAsync(lost);
        await Tv.Client.ShouldBeAliveAsync(heard);
        (await Tv.Client.RefreshAsync(heard.RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task A_code_that_comes_again_later_withdraws_the_family()
    {
        var browser = await SignedInAsync(Bob);
        var asked = await Tv.AskAsync();
        await DeviceParty.DecideAsync(browser, asked);
        var tokens = (await Tv.PollAsync(asked)).ShouldBeOk();
        var other = await Tv.ConnectAsync(browser);

        Clock.Advance(TimeSpan.FromSeconds(30));
        (await Tv.PollAsync(asked)).ShouldBeInvalidGrant();

        await Tv.Client.ShouldBeDeadAsync(tokens);
        await Tv.Client.ShouldBeAliveAsync(other);
        var family = (await DeviceParty.RowAsync(Server, asked)).FamilyId;
        Assert.Equal(RevocationCause.CodeReplay, await Server.ReadAsync(db => db.Revocations.Where(r => r.TargetId == family).Select(r => r.Cause).SingleAsync()));
    }

    [Fact]
    public async Task Once_the_refresh_token_was_used_the_code_is_a_replay_at_once()
    {
        var asked = await Tv.AskAsync();
        await DeviceParty.DecideAsync(await SignedInAsync(Bob), asked);
        var tokens = (await Tv.PollAsync(asked)).ShouldBeOk();
        var refreshed = (await Tv.Client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        (await Tv.PollAsync(asked)).ShouldBeInvalidGrant();
        await Tv.Client.ShouldBeDeadAsync(refreshed);
    }

    [Fact]
    public async Task Twenty_polls_at_once_after_it_was_allowed_are_one_family()
    {
        var asked = await Tv.AskAsync();
        await DeviceParty.DecideAsync(await SignedInAsync(Bob), asked);
        var families = await Server.ReadAsync(db => db.TokenFamilies.CountAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Tv.PollAsync(asked)));

        Assert.All(answers, answer => answer.ShouldBeOk());
        Assert.Equal(families, await Server.ReadAsync(db => db.TokenFamilies.CountAsync()));
        Assert.Equal(1, (await Server.ReadAsync(async db => await db.TokenFamilies.FindAsync((await DeviceParty.RowAsync(Server, asked)).FamilyId)))!.Generation);
        (await Tv.Client.RefreshAsync(answers[^1].RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task Twenty_polls_at_once_before_are_one_that_came_in_time()
    {
        var asked = await Tv.AskAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Tv.PollAsync(asked)));
        Assert.Single(answers, answer => answer.Error == "authorization_pending");
        Assert.Equal(AtOnce - 1, answers.Count(answer => answer.Error == "slow_down"));
    }

    [Fact]
    public async Task Of_allowing_and_denying_at_once_one_wins_and_everybody_is_told_which()
    {
        var browser = await SignedInAsync(Bob);
        for (var round = 0; round < 5; round++)
        {
            var asked = await Tv.AskAsync();
            var form = (await DeviceParty.TypeAsync(browser, asked.Member("user_code")!)).FormWith("decision")!;
            var families = await Server.ReadAsync(db => db.TokenFamilies.CountAsync());

            var headings = await Task.WhenAll(Enumerable.Range(0, 10).Select(async one =>
            {
                var tab = browser.NewTab();
                var done = await tab.SubmitAsync(form, ("decision", one % 2 == 0 ? "allow" : "deny"));
                return (await tab.GetAsync(done.Location!)).Heading;
            }));

            var heading = Assert.Single(headings.Distinct(StringComparer.Ordinal));
            var allowed = heading == "The device is connected";
            Assert.True(allowed || heading == "The device was not connected", heading);
            Assert.Equal(families + (allowed ? 1 : 0), await Server.ReadAsync(db => db.TokenFamilies.CountAsync()));
            Assert.Equal(allowed ? null : "access_denied", (await Tv.PollAsync(asked)).Error);
        }
    }

    [Fact]
    public async Task A_user_code_is_given_once()
    {
        var asked = await Tv.AskAsync();
        var taken = await DeviceParty.RowAsync(Server, asked);
        var again = new DeviceAuthorization
        {
            Id = Guid.CreateVersion7(Clock.GetUtcNow()),
            ClientId = taken.ClientId,
            UserCodeHash = taken.UserCodeHash,
            Scope = "openid",
            CreatedAt = Clock.Now,
            ExpiresAt = Clock.Now.AddMinutes(1),
            Interval = 5,
        };
        Assert.False(await Server.Services.GetRequiredService<DeviceAuthorizations>().OpenAsync(again, Cancellation));
    }

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }
}

public sealed class SqliteDeviceFlowTests(SqliteServer server) : DeviceFlowTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlDeviceFlowTests(PostgreSqlServer server) : DeviceFlowTests(server), IClassFixture<PostgreSqlServer>;
