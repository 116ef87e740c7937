using System.Net;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Cascade;

/// <summary>What a user takes back on the pages of their account: preview, confirmation, receipt; their own and nothing else.</summary>
public abstract class AccountPageTests(AuthServerFactory server) : TriggerFacts(server)
{
    private const string Manage = "/Identity/Account/Manage/";

    [Fact]
    public async Task Signing_out_one_device_ends_it_and_nothing_else()
    {
        var home = await MoveInAsync();
        var phone = await SessionOfAsync(home.PhoneWeb);
        var list = await home.Laptop.GetAsync(Manage + "Sessions");
        Assert.Contains("This device", list.Body, StringComparison.Ordinal);
        Assert.Contains($"{phone}", list.Body, StringComparison.Ordinal);
        Assert.DoesNotContain($"{await SessionOfAsync(home.NeighbourWeb)}", list.Body, StringComparison.Ordinal);

        var receipt = await ConfirmAsync(home.Laptop, $"kind=session&id={phone}");

        Assert.Equal("The device is signed out", receipt.Heading);
        await PhoneShouldBeDeadAsync(home);
        await LaptopShouldLiveAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal([RevocationCause.DeviceSignOut], await CausesAsync(home.UserId));
    }

    [Fact]
    public async Task Signing_out_everywhere_else_keeps_this_device()
    {
        var home = await MoveInAsync();
        var receipt = await ConfirmAsync(home.Laptop, "kind=others");
        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        await LaptopShouldLiveAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal([RevocationCause.SignOutEverywhere], await CausesAsync(home.UserId));
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_this_device_too_and_still_shows_the_receipt()
    {
        var home = await MoveInAsync();
        var receipt = await ConfirmAsync(home.Laptop, "kind=everywhere");
        Assert.Contains("class=\"receipt\"", receipt.Body, StringComparison.Ordinal);
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
    }

    [Fact]
    public async Task Removing_all_access_of_a_client_ends_it_in_every_session_and_consent_is_asked_again()
    {
        var home = await MoveInAsync();
        var list = await home.Laptop.GetAsync(Manage + "ConnectedApps");
        Assert.Contains("Web shop", list.Body, StringComparison.Ordinal);
        Assert.Contains("Read your orders", list.Body, StringComparison.Ordinal);
        Assert.Contains("in 2 sessions", list.Body, StringComparison.Ordinal);

        var receipt = await ConfirmAsync(home.Laptop, $"kind=grant&id={await FamilyAsync(home.LaptopWeb, family => family.GrantId)}");

        Assert.Equal("The access is removed", receipt.Heading);
        await Web.ShouldBeDeadAsync(home.LaptopWeb);
        await Web.ShouldBeDeadAsync(home.PhoneWeb);
        await Shop.ShouldBeAliveAsync(home.LaptopShop);
        Assert.True(await home.Laptop.IsSignedInAsync());
        await ShouldBeUntouchedAsync(home);
        Assert.DoesNotContain("Web shop", (await home.Laptop.GetAsync(Manage + "ConnectedApps")).Body, StringComparison.Ordinal);
        Assert.True((await home.Laptop.VisitAsync(Web.Request().Url)).Consented);
    }

    [Fact]
    public async Task Removing_one_scope_takes_it_from_tokens_that_are_out_and_leaves_the_rest()
    {
        var home = await MoveInAsync();

        await ConfirmAsync(home.Laptop, $"kind=scope&scope=orders.read&id={await FamilyAsync(home.LaptopWeb, family => family.GrantId)}");

        var scope = (await Web.IntrospectAsync(home.LaptopWeb.AccessToken)).Scope!.Split(' ');
        Assert.DoesNotContain("orders.read", scope);
        Assert.Contains("orders.write", scope);
        Assert.DoesNotContain("orders.read", (await Web.RefreshAsync(home.PhoneWeb.RefreshToken)).ShouldBeOk().Scope!.Split(' '));
        Assert.Contains("orders.read", (await Web.IntrospectAsync(home.NeighbourWeb.AccessToken)).Scope!.Split(' '));
    }

    [Fact]
    public async Task Other_users_rows_are_not_there()
    {
        var home = await MoveInAsync();
        var session = await SessionOfAsync(home.NeighbourWeb);
        var grant = await FamilyAsync(home.NeighbourWeb, family => family.GrantId);
        foreach (var query in new[] { $"kind=session&id={session}", $"kind=grant&id={grant}", $"kind=scope&scope=openid&id={grant}", "kind=user", "kind=session" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await home.Laptop.GetAsync(Manage + "Withdraw?" + query)).Status);

            // A form of one's own, bent to the other's row.
            var form = (await home.Laptop.GetAsync(Manage + "Withdraw?kind=others")).FormWith("stamp")!;
            var bent = form with { Action = Manage + "Withdraw?" + query };
            var fields = query.Split('&').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
            var posted = await home.Laptop.SubmitAsync(
                bent, ("kind", fields["kind"]), ("id", fields.GetValueOrDefault("id", $"{Guid.Empty}")), ("scope", fields.GetValueOrDefault("scope", "")));
            Assert.Equal(HttpStatusCode.NotFound, posted.Status);
        }

        await ShouldBeUntouchedAsync(home);
        Assert.Equal(HttpStatusCode.NotFound, (await home.Laptop.GetAsync("/Identity/Account/Receipt?receipt=forged")).Status);
    }

    [Fact]
    public async Task What_changed_since_it_was_shown_is_shown_again_and_nothing_falls()
    {
        var home = await MoveInAsync();
        var preview = await home.Laptop.GetAsync(Manage + "Withdraw?kind=others");
        var tablet = await Web.SignInAsync(home.Person);

        var shown = await home.Laptop.SubmitAsync(preview.FormWith("stamp")!);

        Assert.Contains("It has changed since you looked", shown.Body, StringComparison.Ordinal);
        await PhoneShouldLiveAsync(home);
        Assert.Equal(HttpStatusCode.SeeOther, (await home.Laptop.SubmitAsync(shown.FormWith("stamp")!)).Status);
        await Web.ShouldBeDeadAsync(tablet);
        await PhoneShouldBeDeadAsync(home);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_sign_in_and_nothing_is_done_without_the_form()
    {
        foreach (var name in new[] { "Sessions", "ConnectedApps", "Withdraw?kind=others" })
        {
            Assert.StartsWith(AuthServerFactory.Issuer + "/Identity/Account/Login", (await NewBrowser().GetAsync(Manage + name)).Location!, StringComparison.Ordinal);
        }

        var home = await MoveInAsync();
        var posted = await home.Laptop.PostAsync(Manage + "Withdraw?kind=everywhere", [new("kind", "everywhere")]);
        Assert.Equal(HttpStatusCode.BadRequest, posted.Status);
        await LaptopShouldLiveAsync(home);
    }

    private static async Task<Page> ConfirmAsync(Browser browser, string query)
    {
        var preview = await browser.GetAsync(Manage + "Withdraw?" + query);
        Assert.Equal(HttpStatusCode.OK, preview.Status);
        Assert.Contains("class=\"tree\"", preview.Body, StringComparison.Ordinal);
        var done = await browser.SubmitAsync(preview.FormWith("stamp")!);
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        return await browser.GetAsync(done.Location!);
    }
}

public sealed class SqliteAccountPageTests(SqliteServer server) : AccountPageTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlAccountPageTests(PostgreSqlServer server) : AccountPageTests(server), IClassFixture<PostgreSqlServer>;
