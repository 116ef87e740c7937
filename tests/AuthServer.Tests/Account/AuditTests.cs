using System.Net;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Account;

/// <summary>Each act that an auditor asks about is told once under one category, by ids. That no secret or address of a person is in it, the fixture sees.</summary>
public sealed class AuditTests(SqliteServer server) : TriggerFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task What_happens_at_the_door_is_told()
    {
        var person = await Server.NewPersonAsync();
        var id = await IdOfAsync(person);
        var browser = NewBrowser();
        await ShouldTellAsync(6001, $"user {id}, session", () => browser.SignInAsync(person));
        await ShouldTellAsync(6002, $"user {id}", () => NewBrowser().SignInAsync(person with { Password = "another" }));
        await ShouldTellAsync(6002, "user (null)", () => NewBrowser().SignInAsync(person with { Email = "nobody@example.com" }));
        await ShouldTellAsync(6003, $"user {id}", async () =>
        {
            for (var attempt = 0; attempt < 4; attempt++)
            {
                await NewBrowser().SignInAsync(person with { Password = "another" });
            }
        });
        await ShouldTellAsync(6004, $"second_factor_enabled: user {id}", () => SwitchSecondFactorOnAsync(person));
        await ShouldTellAsync(6011, $"second_factor_reset): user {id}", () => WithUsersAsync(person, async (users, user) => await users.SetTwoFactorEnabledAsync(user, enabled: false)));
        await ShouldTellAsync(6011, $"password_changed): user {id}", () => WithUsersAsync(person, async (users, user) =>
            Assert.True((await users.ChangePasswordAsync(user, person.Password, "yet another one")).Succeeded)));
        Assert.DoesNotContain(Audited(), line => line.Text.Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_operator_does_is_told_with_who_it_was()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var by = $"by operator {await IdOfAsync(Alice)}";
        var user = home.UserId;
        await ShouldTellAsync(6011, $"user_disabled): user {user}", async () =>
            (await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id = user })).ShouldBeOk());
        await ShouldTellAsync(6012, $"User {user}, {by}", async () => (await admin.CallAsync(HttpMethod.Post, $"/api/users/{user}/enable")).ShouldBeOk());
        await ShouldTellAsync(6041, $"user {user}", async () =>
            (await admin.CallAsync(HttpMethod.Post, "/api/explain", new { token = home.LaptopWeb.RefreshToken })).ShouldBeOk());
        await ShouldTellAsync(6051, by, async () => await admin.SubmitAsync((await admin.GetAsync("/admin/keys")).MainForm()!, ("alg", "ES256")));

        var made = (Page?)null;
        await ShouldTellAsync(6031, $"with the roles auditor, {by}", async () =>
        {
            var form = (await admin.GetAsync("/admin/users/edit")).MainForm()!;
            made = await admin.SubmitAsync(form, ("Input.Email", $"{Guid.CreateVersion7(Clock.GetUtcNow()):n}@example.com"), ("Input.Roles", "auditor"), ("Password", "long enough"));
        });
        await ShouldTellAsync(6032, $"who has the roles admin now, {by}", async () =>
        {
            var form = (await admin.GetAsync(made!.Location!.Replace("/users/", "/users/edit/", StringComparison.Ordinal))).MainForm()!;
            Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(form, ("Input.Roles", "admin"))).Status);
        });
        await ShouldTellAsync(6021, by, async () =>
        {
            var form = (await admin.GetAsync("/admin/clients/edit")).MainForm()!;
            made = await admin.SubmitAsync(
                form, ("client_id", $"audited-{user}"), ("client_name", "Audited"), ("application_type", "web"), ("access_token_format", "jwt"), ("token_endpoint_auth_method", "client_secret_basic"),
                ("grant_types", "authorization_code"), ("redirect_uris", "https://made.example/cb"), ("scope", "openid"));
        });
        var client = made!.Location!.Split('/')[^1];
        await ShouldTellAsync(6022, $"client {client}, {by}", async () =>
        {
            var form = (await admin.GetAsync($"/admin/clients/edit/{client}")).MainForm()!;
            var changed = await admin.SubmitAsync(
                form, ("client_name", "Audited again"), ("application_type", "web"), ("access_token_format", "jwt"), ("token_endpoint_auth_method", "client_secret_basic"),
                ("redirect_uris", "https://made.example/cb"), ("scope", "openid"));
            Assert.True(changed.Status == HttpStatusCode.SeeOther, changed.Body);
        });
        await ShouldTellAsync(6023, $"client {client} (the old one leaked: True), {by}", async () =>
            (await admin.CallAsync(HttpMethod.Post, $"/api/clients/{client}/secret", new { leaked = true })).ShouldBeOk());
        Assert.DoesNotContain(Audited(), line => line.Text.Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_rolled_back_is_not_told()
    {
        var home = await MoveInAsync();
        var before = Audited().Count;
        Server.Watch.BeforeCommit = () => throw new InjectedFault();
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Server.WithdrawAsync(new RevocationTarget.User(home.UserId), RevocationCause.UserDisabled));
        }
        finally
        {
            Server.Watch.BeforeCommit = null;
        }

        Assert.Equal(before, Audited().Count);
    }

    private async Task ShouldTellAsync(int eventId, string words, Func<Task> act)
    {
        var before = Audited().Count;
        await act();
        Assert.Single(Audited().Skip(before), line => line.EventId == eventId && line.Text.Contains(words, StringComparison.Ordinal));
    }

    private List<LogLine> Audited() => [.. Server.Log.Lines.Where(line => line.Category == AuditLog.Category)];
}
