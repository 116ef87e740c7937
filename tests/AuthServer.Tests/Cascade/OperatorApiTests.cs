using System.Net;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Cascade;

/// <summary>What withdraws (docs/cascade.md), pulled by an operator: each kind dies from outside, its neighbours live, and enabling revives nothing.</summary>
public abstract class OperatorApiTests(AuthServerFactory server) : TriggerFacts(server)
{
    [Fact]
    public async Task A_family_alone()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await RevokeAsync(admin, "family", await FamilyAsync(home.LaptopWeb, family => family.Id));
        await Web.ShouldBeDeadAsync(home.LaptopWeb);
        await Shop.ShouldBeAliveAsync(home.LaptopShop);
        await PhoneShouldLiveAsync(home);
        Assert.True(await home.Laptop.IsSignedInAsync());
    }

    [Fact]
    public async Task A_session_with_all_its_families()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await RevokeAsync(admin, "session", await SessionOfAsync(home.LaptopWeb));
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldLiveAsync(home);
        await ShouldBeUntouchedAsync(home);
    }

    [Fact]
    public async Task A_grant_in_every_session_and_one_scope_of_another()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await RevokeAsync(admin, "grant_scope", await FamilyAsync(home.LaptopShop, family => family.GrantId), scope: "email");
        Assert.DoesNotContain("email", (await Shop.IntrospectAsync(home.LaptopShop.AccessToken)).Scope!.Split(' '));
        await RevokeAsync(admin, "grant", await FamilyAsync(home.LaptopWeb, family => family.GrantId));
        await Web.ShouldBeDeadAsync(home.LaptopWeb);
        await Web.ShouldBeDeadAsync(home.PhoneWeb);
        await Shop.ShouldBeAliveAsync(home.LaptopShop);
        await ShouldBeUntouchedAsync(home);
    }

    [Fact]
    public async Task The_sessions_of_a_user_with_one_kept()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var body = new { kind = "user_sessions", id = home.UserId, kept_session = await SessionOfAsync(home.LaptopWeb) };
        (await admin.CallAsync(HttpMethod.Post, "/api/revocations", body)).ShouldBeOk();
        await LaptopShouldLiveAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
    }

    [Fact]
    public async Task A_disabled_user_is_shut_out_and_enabling_revives_nothing()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await RevokeAsync(admin, "user", home.UserId);
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Null((await NewBrowser().SignInAsync(home.Person)).Location);

        Assert.Equal("true", (await admin.CallAsync(HttpMethod.Post, $"/api/users/{home.UserId}/enable")).ShouldBeOk().Member("changed"));
        Assert.Equal("false", (await admin.CallAsync(HttpMethod.Post, $"/api/users/{home.UserId}/enable")).ShouldBeOk().Member("changed"));
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await Web.ShouldBeAliveAsync(await Web.SignInAsync(home.Person));
    }

    [Fact]
    public async Task A_deleted_user()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var receipt = (await admin.CallAsync(HttpMethod.Delete, $"/api/users/{home.UserId}?reason=left")).ShouldBeOk();
        Assert.Equal("user_deleted", receipt.Json.GetProperty("revocation").GetProperty("cause").GetString());
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.CallAsync(HttpMethod.Delete, $"/api/users/{home.UserId}")).Status);
    }

    [Fact]
    public async Task A_password_reset_ends_everything_and_a_weak_one_nothing()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var path = $"/api/users/{home.UserId}/password-reset";
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.CallAsync(HttpMethod.Post, path, new { password = "short" })).Status);
        await PhoneShouldLiveAsync(home);

        var answer = (await admin.CallAsync(HttpMethod.Post, path, new { password = "a temporary one", reason = "lost" })).ShouldBeOk();

        Assert.DoesNotContain("temporary", answer.Text, StringComparison.Ordinal);
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal([RevocationCause.PasswordReset], await CausesAsync(home.UserId));
        Assert.NotNull((await NewBrowser().SignInAsync(home.Person with { Password = "a temporary one" })).Location);
        Assert.Null((await NewBrowser().SignInAsync(home.Person)).Location);
    }

    [Fact]
    public async Task A_second_factor_reset_ends_everything_and_takes_the_factor()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        await SwitchSecondFactorOnAsync(home.Person);
        (await admin.CallAsync(HttpMethod.Post, $"/api/users/{home.UserId}/second-factor-reset", new { })).ShouldBeOk();
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await Web.ShouldBeAliveAsync(await Web.SignInAsync(home.Person));
        await WithUsersAsync(home.Person, async (users, user) => Assert.Null(await users.GetAuthenticatorKeyAsync(user)));
    }

    [Fact]
    public async Task A_disabled_client_and_enabling_revives_nothing()
    {
        var (home, admin, strict) = (await MoveInAsync(), await OperatorAsync(), Server.Client("strict"));
        var tokens = await strict.SignInAsync(home.Laptop, home.Person);
        var id = await ClientIdOfAsync(strict);
        await RevokeAsync(admin, "client", id);
        Assert.Equal("""{"active":false}""", (await Api.IntrospectAsync(tokens.AccessToken)).Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await strict.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("invalid_client", (await strict.RefreshAsync(tokens.RefreshToken)).Error);
        await LaptopShouldLiveAsync(home);

        (await admin.CallAsync(HttpMethod.Post, $"/api/clients/{id}/enable")).ShouldBeOk();
        await strict.ShouldBeDeadAsync(tokens);
        await strict.ShouldBeAliveAsync(await strict.SignInAsync(home.Laptop, home.Person));
    }

    [Fact]
    public async Task A_deleted_client()
    {
        var (home, admin, trusted) = (await MoveInAsync(), await OperatorAsync(), Server.Client("trusted"));
        var tokens = await trusted.SignInAsync(home.Laptop, home.Person);
        (await admin.CallAsync(HttpMethod.Delete, $"/api/clients/{await ClientIdOfAsync(trusted)}")).ShouldBeOk();
        Assert.Equal("""{"active":false}""", (await Api.IntrospectAsync(tokens.AccessToken)).Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await trusted.UserInfoAsync(tokens.AccessToken)).Status);
        await LaptopShouldLiveAsync(home);
    }

    [Fact]
    public async Task A_rotated_secret_withdraws_only_what_a_leaked_one_gave()
    {
        var (person, admin, opaque) = (await Server.NewPersonAsync(), await OperatorAsync(), Server.Client("opaque"));
        var (tokens, machine) = (await opaque.SignInAsync(person), await opaque.ClientCredentialsAsync());
        var path = $"/api/clients/{await ClientIdOfAsync(opaque)}/secret";
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.CallAsync(HttpMethod.Post, path, new { })).Status);

        (await opaque.RevokeAsync((await opaque.SignInAsync(person)).RefreshToken)).ShouldBeOk();

        var quiet = (await admin.CallAsync(HttpMethod.Post, path, new { leaked = false })).ShouldBeOk();

        // First of all: this is where the client is still remembered with its old secret.
        (await opaque.RevokeAsync(tokens.RefreshToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        Assert.Equal("invalid_client", (await opaque.RefreshAsync(tokens.RefreshToken)).Error);
        var renewed = opaque.With(quiet.Member("client_secret"), "client_secret_basic");
        await renewed.ShouldBeAliveAsync(tokens);

        var leaked = (await admin.CallAsync(HttpMethod.Post, path, new { leaked = true })).ShouldBeOk();
        var last = opaque.With(leaked.Member("client_secret"), "client_secret_basic");
        await last.ShouldBeDeadAsync(tokens);
        Assert.Equal("""{"active":false}""", (await last.IntrospectAsync(machine.AccessToken)).Text);
        Assert.True(await tokens.Browser.IsSignedInAsync());
        Assert.Equal("no-store", leaked.Header("Cache-Control"));
        Assert.DoesNotContain(Server.Log.Lines, line => line.Text.Contains(leaked.Member("client_secret")!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_tokens_of_a_client_and_one_scope_of_it()
    {
        var (person, admin) = (await Server.NewPersonAsync(), await OperatorAsync());
        var tokens = await Spa.SignInAsync(person);
        var id = await ClientIdOfAsync(Spa);
        await RevokeAsync(admin, "client_scope", id, scope: "orders.read");
        Assert.DoesNotContain("orders.read", (await Api.IntrospectAsync(tokens.AccessToken)).Scope!.Split(' '));
        await RevokeAsync(admin, "client_tokens", id);
        Assert.Equal("""{"active":false}""", (await Api.IntrospectAsync(tokens.AccessToken)).Text);
        (await Spa.RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();
        Assert.True(await tokens.Browser.IsSignedInAsync());
    }

    private static async Task RevokeAsync(Browser admin, string kind, Guid id, string? scope = null)
    {
        var preview = (await admin.CallAsync(HttpMethod.Post, "/api/previews", new { kind, id, scope })).ShouldBeOk();
        var receipt = (await admin.CallAsync(
            HttpMethod.Post, "/api/revocations", new { kind, id, scope, stamp = preview.Member("stamp"), reason = "a test" })).ShouldBeOk();
        Assert.Equal("true", receipt.Member("withdrawn"));
        var row = receipt.Json.GetProperty("revocation");
        Assert.Equal(preview.Member("counts"), row.GetProperty("counts").GetRawText());
        Assert.Equal(("operator", "a test"), (row.GetProperty("actor_kind").GetString(), row.GetProperty("reason").GetString()));
    }
}

public sealed class SqliteOperatorApiTests(SqliteServer server) : OperatorApiTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlOperatorApiTests(PostgreSqlServer server) : OperatorApiTests(server), IClassFixture<PostgreSqlServer>;
