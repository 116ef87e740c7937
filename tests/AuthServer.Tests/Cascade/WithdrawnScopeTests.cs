using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Cascade;

/// <summary>A scope that was taken from a grant is gone for good from what was issued before: with what it allowed, and when it is given again.</summary>
public abstract class WithdrawnScopeTests(AuthServerFactory server) : TriggerFacts(server)
{
    [Fact]
    public async Task Without_offline_access_a_family_ends_with_its_session()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await WithdrawAsync(admin, home.LaptopWeb, "offline_access");
        await Web.ShouldBeAliveAsync(home.LaptopWeb);
        await Web.ShouldBeAliveAsync(home.PhoneWeb);

        Clock.Advance(TimeSpan.FromHours(13));

        (await Web.RefreshAsync(home.LaptopWeb.RefreshToken)).ShouldBeInvalidGrant();
        (await Web.RefreshAsync(home.PhoneWeb.RefreshToken)).ShouldBeInvalidGrant();
        (await Web.RefreshAsync(home.NeighbourWeb.RefreshToken)).ShouldBeOk();
        (await Shop.RefreshAsync(home.LaptopShop.RefreshToken)).ShouldBeOk();
    }

    [Fact]
    public async Task Without_offline_access_a_family_falls_when_its_person_signs_out()
    {
        var admin = await OperatorAsync();
        var desktop = Server.Client("desktop");
        var (person, neighbour) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        var (withdrawn, kept) = (await desktop.SignInAsync(person), await desktop.SignInAsync(neighbour));
        await WithdrawAsync(admin, withdrawn, "offline_access");

        await withdrawn.Browser.SignOutAsync();
        await kept.Browser.SignOutAsync();

        await desktop.ShouldBeDeadAsync(withdrawn);
        await desktop.ShouldBeAliveAsync(kept);
    }

    [Fact]
    public async Task Given_again_it_is_for_what_is_issued_from_then_on()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await WithdrawAsync(admin, home.LaptopWeb, "orders.read");

        var later = await Web.SignInAsync(home.Person);

        Assert.Contains("orders.read", (await Web.IntrospectAsync(later.AccessToken)).Scope!.Split(' '));
        Assert.DoesNotContain("orders.read", (await Web.IntrospectAsync(home.LaptopWeb.AccessToken)).Scope!.Split(' '));
        Assert.DoesNotContain("orders.read", (await Web.RefreshAsync(home.LaptopWeb.RefreshToken)).ShouldBeOk().Scope!.Split(' '));
        Assert.DoesNotContain("orders.read", (await Web.RefreshAsync(home.PhoneWeb.RefreshToken)).ShouldBeOk().Scope!.Split(' '));
        Assert.Contains("orders.write", (await Web.IntrospectAsync(home.LaptopWeb.AccessToken)).Scope!.Split(' '));
    }

    [Fact]
    public async Task Offline_access_given_again_is_for_what_is_issued_from_then_on()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await WithdrawAsync(admin, home.LaptopWeb, "offline_access");
        var later = await Web.SignInAsync(home.Person);

        Clock.Advance(TimeSpan.FromHours(13));

        (await Web.RefreshAsync(home.LaptopWeb.RefreshToken)).ShouldBeInvalidGrant();
        (await Web.RefreshAsync(later.RefreshToken)).ShouldBeOk();
    }

    private async Task WithdrawAsync(Browser admin, Tokens tokens, string scope)
    {
        var body = new { kind = "grant_scope", id = await FamilyAsync(tokens, family => family.GrantId), scope };
        (await admin.CallAsync(HttpMethod.Post, "/api/revocations", body)).ShouldBeOk();
    }
}

public sealed class SqliteWithdrawnScopeTests(SqliteServer server) : WithdrawnScopeTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlWithdrawnScopeTests(PostgreSqlServer server) : WithdrawnScopeTests(server), IClassFixture<PostgreSqlServer>;
