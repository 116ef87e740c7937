using System.Net;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>A device hangs from its grant, its user and its client, and from no session: what ends it, and what does not.</summary>
public abstract class DeviceCascadeTests(AuthServerFactory server) : TriggerFacts(server)
{
    private const string Manage = "/Identity/Account/Manage/";

    private DeviceParty Tv { get; } = new(server.Client("tv"));

    [Fact]
    public async Task Signing_out_the_session_that_allowed_it_does_not_end_it()
    {
        var home = await ConnectAsync();
        await home.Laptop.SignOutAsync();
        await ShouldBeSignedOutAsync(home.Laptop);
        await Tv.Client.ShouldBeAliveAsync(home.First);
        (await Tv.Client.RefreshAsync(home.First.RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task The_end_by_time_of_the_session_that_allowed_it_does_not_end_it()
    {
        var home = await ConnectAsync();
        Clock.Advance(TimeSpan.FromHours(13));
        await ShouldBeSignedOutAsync(home.Laptop);
        await Tv.Client.ShouldBeAliveAsync((await Tv.Client.RefreshAsync(home.First.RefreshToken)).ShouldBeOk());
    }

    [Fact]
    public async Task One_device_is_removed_and_its_neighbours_stay()
    {
        var home = await ConnectAsync();
        var list = (await home.Laptop.GetAsync(Manage + "ConnectedApps")).Body;
        Assert.Contains($"{home.FirstId}", list, StringComparison.Ordinal);
        Assert.Contains($"{home.SecondId}", list, StringComparison.Ordinal);
        Assert.DoesNotContain($"{home.NeighbourId}", list, StringComparison.Ordinal);

        var receipt = await ConfirmAsync(home.Laptop, $"kind=device&id={home.FirstId}");

        Assert.Equal("The device is removed", receipt.Heading);
        await Tv.Client.ShouldBeDeadAsync(home.First);
        await Tv.Client.ShouldBeAliveAsync(home.Second);
        await Tv.Client.ShouldBeAliveAsync(home.Neighbour);
        Assert.True(await home.Laptop.IsSignedInAsync());
        Assert.Equal([RevocationCause.FamilyRemoved], await CausesAsync(home.UserId));
        Assert.DoesNotContain($"{home.FirstId}", (await home.Laptop.GetAsync(Manage + "ConnectedApps")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_devices_and_what_is_no_device_are_not_there()
    {
        var home = await ConnectAsync();
        var web = await Web.SignInAsync(home.Laptop, home.Person);
        foreach (var id in new[] { home.NeighbourId, await FamilyAsync(web, family => family.Id) })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await home.Laptop.GetAsync($"{Manage}Withdraw?kind=device&id={id}")).Status);
        }
    }

    [Fact]
    public async Task Removing_all_access_of_the_client_ends_all_its_devices()
    {
        var home = await ConnectAsync();
        await ConfirmAsync(home.Laptop, $"kind=grant&id={home.GrantId}");
        await ShouldBeGoneAsync(home);
        Assert.True(await home.Laptop.IsSignedInAsync());

        // Allowed again, it is a new grant, and what is dead stays dead.
        await Tv.Client.ShouldBeAliveAsync(await Tv.ConnectAsync(home.Laptop));
        await ShouldBeGoneAsync(home);
    }

    [Theory]
    [InlineData("everywhere")]
    [InlineData("others")]
    public async Task Signing_out_everywhere_ends_it(string kind)
    {
        var home = await ConnectAsync();
        await ConfirmAsync(home.Laptop, $"kind={kind}");
        await ShouldBeGoneAsync(home);
    }

    [Fact]
    public async Task A_changed_password_ends_it()
    {
        var home = await ConnectAsync();
        await WithUsersAsync(home.Person, async (users, user) =>
            Assert.True((await users.ChangePasswordAsync(user, home.Person.Password, "another password of theirs")).Succeeded));
        await ShouldBeGoneAsync(home);
    }

    [Fact]
    public async Task A_disabled_user_loses_it()
    {
        var home = await ConnectAsync();
        await Server.WithdrawAsync(new RevocationTarget.User(home.UserId), RevocationCause.UserDisabled);
        await ShouldBeGoneAsync(home);
    }

    [Fact]
    public async Task A_client_whose_tokens_are_taken_back_loses_it()
    {
        var home = await ConnectAsync();
        await Server.WithdrawAsync(new RevocationTarget.ClientTokens(await ClientIdOfAsync(Tv.Client)), RevocationCause.ClientTokensRemoved);
        await Tv.Client.ShouldBeDeadAsync(home.First);
        await Tv.Client.ShouldBeDeadAsync(home.Neighbour);
        Assert.True(await home.Laptop.IsSignedInAsync());
        await Tv.Client.ShouldBeAliveAsync(await Tv.ConnectAsync(home.Laptop));
    }

    [Fact]
    public async Task A_disabled_client_gets_nothing_and_its_devices_are_no_more()
    {
        var handheld = new DeviceParty(Server.Client("console"));
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        var tokens = await handheld.ConnectAsync(browser);
        var waiting = await handheld.AskAsync();
        var consent = await DeviceParty.TypeAsync(browser, waiting.Member("user_code")!);

        await Server.WithdrawAsync(new RevocationTarget.Client(await ClientIdOfAsync(handheld.Client)), RevocationCause.ClientDisabled);

        Assert.Equal("""{"active":false}""", (await Api.IntrospectAsync(tokens.AccessToken)).Text);
        (await handheld.AskAsync()).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        var done = await browser.SubmitAsync(consent.FormWith("decision")!, ("decision", "allow"));
        Assert.Equal("This code is used up", (await browser.GetAsync(done.Location!)).Heading);
        Assert.DoesNotContain("Devices", (await browser.GetAsync(Manage + "ConnectedApps")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind=everywhere")]
    [InlineData("kind=others")]
    [InlineData("kind=grant&id=")]
    [InlineData("kind=device&id=")]
    public async Task What_was_allowed_and_is_taken_back_before_the_device_asks_is_dead(string query)
    {
        var home = await ConnectAsync();
        var asked = await Tv.AskAsync();
        await DeviceParty.DecideAsync(home.Laptop, asked);
        var family = await AllowedAsync(asked);
        await ConfirmAsync(home.Laptop, query + (query.EndsWith('=') ? query.Contains("grant", StringComparison.Ordinal) ? family.GrantId : family.Id : ""));
        (await Tv.PollAsync(asked)).ShouldBeInvalidGrant();
    }

    [Fact]
    public async Task What_a_session_allows_while_everything_is_withdrawn_is_dead_or_not_allowed()
    {
        for (var round = 0; round < 10; round++)
        {
            var person = await Server.NewPersonAsync();
            var browser = NewBrowser();
            await browser.SignInAsync(person);
            var asked = await Tv.AskAsync();
            var consent = await DeviceParty.TypeAsync(browser, asked.Member("user_code")!);
            var userId = await IdOfAsync(person);

            await Task.WhenAll(
                browser.NewTab().SubmitAsync(consent.FormWith("decision")!, ("decision", "allow")),
                Server.WithdrawAsync(new RevocationTarget.UserSessions(userId, KeptSessionId: null), RevocationCause.SignOutEverywhere));

            Assert.True((await Tv.PollAsync(asked)).Error is "invalid_grant" or "authorization_pending");
        }
    }

    private async Task<DeviceHome> ConnectAsync()
    {
        var (person, neighbour) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        var (laptop, next) = (NewBrowser(), NewBrowser());
        await laptop.SignInAsync(person);
        await next.SignInAsync(neighbour);
        var (first, firstFamily) = await CollectAsync(laptop);
        var (second, secondFamily) = await CollectAsync(laptop);
        var (theirs, theirFamily) = await CollectAsync(next);
        return new DeviceHome(
            person, firstFamily.UserId, laptop, first, second, theirs, firstFamily.Id, secondFamily.Id, theirFamily.Id, firstFamily.GrantId);
    }

    private async Task<(Answer Tokens, TokenFamily Family)> CollectAsync(Browser browser)
    {
        var asked = await Tv.AskAsync();
        await DeviceParty.DecideAsync(browser, asked);
        return ((await Tv.PollAsync(asked)).ShouldBeOk(), await AllowedAsync(asked));
    }

    private async Task<TokenFamily> AllowedAsync(Answer asked)
    {
        var id = (await DeviceParty.RowAsync(Server, asked)).FamilyId;
        return await Server.ReadAsync(db => db.TokenFamilies.AsNoTracking().SingleAsync(f => f.Id == id));
    }

    private async Task ShouldBeGoneAsync(DeviceHome home)
    {
        await Tv.Client.ShouldBeDeadAsync(home.First);
        await Tv.Client.ShouldBeDeadAsync(home.Second);
        await Tv.Client.ShouldBeAliveAsync(home.Neighbour);
    }

    private static async Task<Page> ConfirmAsync(Browser browser, string query)
    {
        var preview = await browser.GetAsync(Manage + "Withdraw?" + query);
        var done = await browser.SubmitAsync(preview.FormWith("stamp")!);
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        return await browser.GetAsync(done.Location!);
    }

    /// <summary>Two devices of one person, allowed from one laptop, and a neighbour's.</summary>
    private sealed record DeviceHome(
        Person Person,
        Guid UserId,
        Browser Laptop,
        Answer First,
        Answer Second,
        Answer Neighbour,
        Guid FirstId,
        Guid SecondId,
        Guid NeighbourId,
        Guid GrantId);
}

public sealed class SqliteDeviceCascadeTests(SqliteServer server) : DeviceCascadeTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlDeviceCascadeTests(PostgreSqlServer server) : DeviceCascadeTests(server), IClassFixture<PostgreSqlServer>;
