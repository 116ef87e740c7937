using System.Data.Common;
using System.Net;
using System.Text;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.Tests.Cascade;

/// <summary>A changed credential withdraws what was signed in with the old one, in the transaction that writes it.</summary>
public abstract class CredentialTriggerTests(AuthServerFactory server) : TriggerFacts(server)
{
    private const string Manage = "/Identity/Account/Manage/";
    private const string NewPassword = "another password of theirs";

    protected abstract DbException DiskFault { get; }

    [Fact]
    public async Task A_changed_password_ends_everything_but_the_session_that_changed_it()
    {
        var home = await MoveInAsync();

        var changed = await ChangePasswordAsync(home);

        Assert.Equal(HttpStatusCode.SeeOther, changed.Status);
        await LaptopShouldLiveAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal([RevocationCause.PasswordChanged], await CausesAsync(home.UserId));
        Assert.False(await SignsInAsync(home.Person));
        Assert.True(await SignsInAsync(home.Person with { Password = NewPassword }));
    }

    [Fact]
    public async Task A_wrong_old_password_ends_nothing()
    {
        var home = await MoveInAsync();

        var page = await ChangePasswordAsync(home, old: "not this one");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        await LaptopShouldLiveAsync(home);
        await PhoneShouldLiveAsync(home);
        Assert.Empty(await CausesAsync(home.UserId));
    }

    [Fact]
    public async Task A_fault_changes_neither_password_nor_sessions_and_a_retry_does_both()
    {
        var home = await MoveInAsync();
        FailTheLedger();

        var failed = await ChangePasswordAsync(home);

        Server.Watch.BeforeStatement = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
        await LaptopShouldLiveAsync(home);
        await PhoneShouldLiveAsync(home);
        Assert.True(await SignsInAsync(home.Person));
        Assert.False(await SignsInAsync(home.Person with { Password = NewPassword }));
        Assert.Equal(HttpStatusCode.SeeOther, (await ChangePasswordAsync(home)).Status);
        await PhoneShouldBeDeadAsync(home);
    }

    [Fact]
    public async Task A_password_reset_by_mail_ends_everything()
    {
        var home = await MoveInAsync();
        var code = "";
        await WithUsersAsync(home.Person, async (users, user) => code = await users.GeneratePasswordResetTokenAsync(user));
        var address = "/Identity/Account/ResetPassword?code=" + WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(code));
        var page = await home.Laptop.GetAsync(address);

        var reset = await home.Laptop.SubmitAsync(
            page.FormWith("Input.Code")!,
            ("Input.Email", home.Person.Email), ("Input.Password", NewPassword), ("Input.ConfirmPassword", NewPassword));

        Assert.Equal(HttpStatusCode.SeeOther, reset.Status);
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal([RevocationCause.PasswordReset], await CausesAsync(home.UserId));
        Assert.True(await SignsInAsync(home.Person with { Password = NewPassword }));
    }

    [Fact]
    public async Task A_password_reset_by_mail_ends_the_pause_in_the_same_write_or_does_nothing()
    {
        var person = await Server.NewPersonAsync();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await NewBrowser().SignInAsync(person with { Password = "not this one" });
        }

        var code = "";
        await WithUsersAsync(person, async (users, user) => code = await users.GeneratePasswordResetTokenAsync(user));
        var address = "/Identity/Account/ResetPassword?code=" + WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(code));
        Server.Watch.BeforeStatement = sql =>
        {
            if (sql.Contains("UPDATE \"Users\"", StringComparison.Ordinal) && sql.Contains("\"LockoutEnd\"", StringComparison.Ordinal))
            {
                throw DiskFault;
            }
        };

        var failed = await ResetAsync(NewBrowser(), address, person);

        Server.Watch.BeforeStatement = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);

        // The link is still good, so nothing of it had been done.
        Assert.Equal(HttpStatusCode.SeeOther, (await ResetAsync(NewBrowser(), address, person)).Status);
        var browser = NewBrowser();
        await browser.SignInAsync(person with { Password = NewPassword });
        Assert.True(await browser.IsSignedInAsync());
    }

    [Theory]
    [InlineData("ResetAuthenticator")]
    [InlineData("Disable2fa")]
    public async Task A_second_factor_that_is_reset_or_switched_off_ends_everything_but_the_session_that_did(string name)
    {
        var home = await MoveInAsync();
        await SwitchSecondFactorOnAsync(home.Person);
        await PhoneShouldLiveAsync(home);
        var page = await home.Laptop.GetAsync(Manage + name);

        var done = await home.Laptop.SubmitAsync(page.MainForm()!);

        Assert.NotNull(done.Location);
        await LaptopShouldLiveAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal([RevocationCause.SecondFactorReset], await CausesAsync(home.UserId));
        Assert.True(await SignsInAsync(home.Person));
    }

    [Fact]
    public async Task A_fault_changes_neither_second_factor_nor_sessions()
    {
        var home = await MoveInAsync();
        await SwitchSecondFactorOnAsync(home.Person);
        string? before = null;
        await WithUsersAsync(home.Person, async (users, user) => before = await users.GetAuthenticatorKeyAsync(user));
        var page = await home.Laptop.GetAsync(Manage + "ResetAuthenticator");
        FailTheLedger();

        var failed = await home.Laptop.SubmitAsync(page.MainForm()!);

        Server.Watch.BeforeStatement = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
        await PhoneShouldLiveAsync(home);
        await WithUsersAsync(home.Person, async (users, user) =>
        {
            Assert.True(user.TwoFactorEnabled);
            Assert.Equal(before, await users.GetAuthenticatorKeyAsync(user));
        });
    }

    [Fact]
    public async Task A_fault_under_the_operator_API_is_a_problem_and_changes_nothing()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        FailTheLedger();

        var failed = await admin.CallAsync(HttpMethod.Post, $"/api/users/{home.UserId}/password-reset", new { password = NewPassword });

        Server.Watch.BeforeStatement = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
        Assert.Equal("application/problem+json", failed.Header("Content-Type"));
        await PhoneShouldLiveAsync(home);
        Assert.True(await SignsInAsync(home.Person));
    }

    [Fact]
    public async Task The_first_authenticator_ends_nothing()
    {
        var home = await MoveInAsync();

        var page = await home.Laptop.GetAsync(Manage + "EnableAuthenticator");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        await PhoneShouldLiveAsync(home);
        Assert.Empty(await CausesAsync(home.UserId));
    }

    [Fact]
    public async Task A_deleted_account_takes_everything_with_it()
    {
        var home = await MoveInAsync();
        var page = await home.Laptop.GetAsync(Manage + "DeletePersonalData");

        var done = await home.Laptop.SubmitAsync(page.FormWith("Input.Password")!, ("Input.Password", home.Person.Password));

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Equal([RevocationCause.UserDeleted], await CausesAsync(home.UserId));
        Assert.False(await SignsInAsync(home.Person));
    }

    [Fact]
    public async Task Of_two_password_changes_at_once_one_wins_and_the_other_is_told()
    {
        var home = await MoveInAsync();
        await WithUsersAsync(home.Person, (first, user) => WithUsersAsync(home.Person, async (second, same) =>
        {
            Assert.True((await first.ChangePasswordAsync(user, home.Person.Password, NewPassword)).Succeeded);
            Assert.False((await second.ChangePasswordAsync(same, home.Person.Password, "a third password")).Succeeded);

            // The user in memory goes on: with the new password, and able to be saved.
            Assert.True((await first.ChangePasswordAsync(user, NewPassword, "a fourth password")).Succeeded);
            user.Name = "Somebody";
            Assert.True((await first.UpdateAsync(user)).Succeeded);
        }));
        Assert.Equal([RevocationCause.PasswordChanged, RevocationCause.PasswordChanged], await CausesAsync(home.UserId));
    }

    [Fact]
    public async Task An_unknown_name_is_answered_in_the_same_words_as_a_wrong_password()
    {
        var person = await Server.NewPersonAsync();
        var wrong = await NewBrowser().SignInAsync(person with { Password = "wrong" });
        var unknown = await NewBrowser().SignInAsync(new Person("nobody@example.com", "wrong"));
        Assert.Equal((wrong.Status, wrong.Heading), (unknown.Status, unknown.Heading));
        Assert.Contains("E-mail or password is wrong", unknown.Body, StringComparison.Ordinal);
        Assert.Contains("E-mail or password is wrong", wrong.Body, StringComparison.Ordinal);
    }

    private void FailTheLedger() => Server.Watch.BeforeStatement = sql =>
    {
        if (sql.Contains("INSERT INTO \"Revocations\"", StringComparison.Ordinal))
        {
            throw DiskFault;
        }
    };

    private static async Task<Page> ResetAsync(Browser browser, string address, Person person) => await browser.SubmitAsync(
        (await browser.GetAsync(address)).FormWith("Input.Code")!,
        ("Input.Email", person.Email), ("Input.Password", NewPassword), ("Input.ConfirmPassword", NewPassword));

    private static async Task<Page> ChangePasswordAsync(Home home, string? old = null)
    {
        var page = await home.Laptop.GetAsync(Manage + "ChangePassword");
        return await home.Laptop.SubmitAsync(
            page.FormWith("Input.OldPassword")!,
            ("Input.OldPassword", old ?? home.Person.Password), ("Input.NewPassword", NewPassword), ("Input.ConfirmPassword", NewPassword));
    }

    /// <summary>The password is the right one; a second factor may be asked for then.</summary>
    private async Task<bool> SignsInAsync(Person person) => (await NewBrowser().SignInAsync(person)).Location is not null;
}

public sealed class SqliteCredentialTriggerTests(SqliteServer server) : CredentialTriggerTests(server), IClassFixture<SqliteServer>
{
    protected override DbException DiskFault => new SqliteException("disk I/O error", 10);
}

public sealed class PostgreSqlCredentialTriggerTests(PostgreSqlServer server) : CredentialTriggerTests(server), IClassFixture<PostgreSqlServer>
{
    protected override DbException DiskFault => new PostgresException("could not extend file", "ERROR", "ERROR", "53100");
}
