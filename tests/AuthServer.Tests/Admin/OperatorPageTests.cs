using System.Net;
using System.Text.RegularExpressions;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Admin;

/// <summary>What an operator does on the pages, seen from outside.</summary>
public abstract partial class OperatorPageTests(AuthServerFactory server) : TriggerFacts(server)
{
    [Theory]
    [InlineData("/admin", "Overview")]
    [InlineData("/admin/users?q=alice", "Users")]
    [InlineData("/admin/users/edit", "New user")]
    [InlineData("/admin/clients", "Clients")]
    [InlineData("/admin/clients/edit", "New client")]
    [InlineData("/admin/access", "Sessions and grants")]
    [InlineData("/admin/access?view=grants&scope=email&age=1&idle=24&sort=idle", "Sessions and grants")]
    [InlineData("/admin/access?view=families&client=web&sort=used", "Sessions and grants")]
    [InlineData("/admin/access?user=bob@example.com&client=web&sort=oldest", "Sessions and grants")]
    [InlineData("/admin/bulk", "Bulk withdrawals")]
    [InlineData("/admin/revocations?cause=sign_out&user=bob@example.com&client=web&actor=alice@example.com&since=2030-01-01&until=2031-01-01&correlation_id=x", "Revocations")]
    [InlineData("/admin/seals", "Seals of the ledger")]
    [InlineData("/admin/deliveries?state=failed", "Deliveries")]
    [InlineData("/admin/explain", "Explain a token")]
    [InlineData("/admin/keys", "Keys")]
    public async Task Every_list_opens(string path, string heading)
    {
        var page = await (await OperatorAsync()).GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, heading), (page.Status, page.Heading));
    }

    [Fact]
    public async Task A_withdrawal_goes_from_preview_to_receipt_and_a_stale_one_is_shown_anew()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var path = $"/admin/withdraw?kind=session&id={await SessionOfAsync(home.LaptopWeb)}";
        var preview = await admin.GetAsync(path);
        Assert.Contains("Web shop", preview.Body, StringComparison.Ordinal);
        Assert.Contains("1 session, 0 grants, 2 token families", preview.Body, StringComparison.Ordinal);
        await LaptopShouldLiveAsync(home);

        await Spa.SignInAsync(home.Laptop, home.Person);
        var stale = await admin.SubmitAsync(preview.MainForm()!, ("Reason", "found on a bus"));
        Assert.Equal(HttpStatusCode.OK, stale.Status);
        Assert.Contains("It has changed since you looked", stale.Body, StringComparison.Ordinal);
        await LaptopShouldLiveAsync(home);

        var done = await admin.SubmitAsync(stale.MainForm()!, ("Reason", "found on a bus"));
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        var receipt = await admin.GetAsync(done.Location!);
        Assert.Equal("Device sign out", receipt.Heading);
        Assert.Contains("found on a bus", receipt.Body, StringComparison.Ordinal);
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldLiveAsync(home);
        await ShouldBeUntouchedAsync(home);
        Assert.Contains("found on a bus", (await admin.GetAsync($"/admin/revocations?user={home.UserId}")).Body, StringComparison.Ordinal);
        Assert.Contains("There was nothing to do", (await admin.SubmitAsync((await admin.GetAsync(path)).MainForm()!)).Body, StringComparison.Ordinal);

        var progress = await admin.CallAsync(HttpMethod.Get, done.Location + "/progress");
        Assert.Equal("text/event-stream", progress.Header("Content-Type"));
        Assert.Contains("\"finished\":", progress.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_that_is_too_long_withdraws_nothing_and_nobody_shuts_themselves_out()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var form = (await admin.GetAsync($"/admin/withdraw?kind=user&id={home.UserId}")).MainForm()!;
        Assert.Contains("At most 500 characters", (await admin.SubmitAsync(form, ("Reason", new string('x', 501)))).Body, StringComparison.Ordinal);
        await PhoneShouldLiveAsync(home);

        var self = await admin.GetAsync($"/admin/withdraw?kind=user&id={await IdOfAsync(Alice)}");
        Assert.Contains("This is you", self.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await admin.SubmitAsync(self.MainForm()!)).Status);
        Assert.True(await admin.IsSignedInAsync());
    }

    [Fact]
    public async Task Users_are_found_made_changed_and_shut_out()
    {
        var (admin, email) = (await OperatorAsync(), $"dora-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.com");
        var form = (await admin.GetAsync("/admin/users/edit")).MainForm()!;
        Assert.Contains("at least 8", (await admin.SubmitAsync(form, ("Input.Email", email), ("Password", "short"))).Body, StringComparison.Ordinal);
        Assert.Contains("already taken", (await admin.SubmitAsync(form, ("Input.Email", Bob.Email), ("Password", "long enough"))).Body, StringComparison.Ordinal);
        var made = await admin.SubmitAsync(form, ("Input.Email", email), ("Input.Name", "Dora Ünal"), ("Input.Roles", "support, audit"), ("Password", "long enough"));
        Assert.Equal(HttpStatusCode.SeeOther, made.Status);
        var person = new Person(email, "long enough");
        var tokens = await Web.SignInAsync(person);

        foreach (var search in new[] { email.ToUpperInvariant()[..20], "dora ü" })
        {
            Assert.Contains(email, (await admin.GetAsync($"/admin/users?q={Uri.EscapeDataString(search)}")).Body, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(email, (await admin.GetAsync("/admin/users?q=ora")).Body, StringComparison.Ordinal);
        var details = await admin.GetAsync(made.Location!);
        Assert.Contains("audit, support", details.Body, StringComparison.Ordinal);
        Assert.Contains("Web shop", details.Body, StringComparison.Ordinal);

        var edit = await admin.GetAsync(made.Location!.Replace("/users/", "/users/edit/", StringComparison.Ordinal));
        var renamed = $"x{email}";
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(edit.MainForm()!, ("Input.Email", renamed), ("Input.Roles", "audit"))).Status);
        Assert.Contains("Somebody changed", (await admin.SubmitAsync(edit.MainForm()!, ("Input.Name", "Late"))).Body, StringComparison.Ordinal);
        Assert.Contains("Dora", (await admin.GetAsync(made.Location!)).Body, StringComparison.Ordinal);
        await Web.ShouldBeAliveAsync(tokens);

        var reset = (await admin.GetAsync(made.Location + "/password")).MainForm()!;
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(reset, ("Password", "another long one"))).Status);
        await Web.ShouldBeDeadAsync(tokens);
        Assert.NotNull((await NewBrowser().SignInAsync(new Person(renamed, "another long one"))).Location);

        // The sweep behind the reset may still change what there is to see: then it is asked again.
        var disable = await admin.GetAsync($"/admin/withdraw?kind=user&id={made.Location!.Split('/')[^1]}");
        for (var tries = 0; disable.Status == HttpStatusCode.OK && tries < 5; tries++)
        {
            disable = await admin.SubmitAsync(disable.MainForm()!);
        }

        Assert.Equal(HttpStatusCode.SeeOther, disable.Status);
        Assert.Null((await NewBrowser().SignInAsync(new Person(renamed, "another long one"))).Location);
        Assert.Contains("disabled", (await admin.GetAsync($"/admin/users?state=disabled&q={renamed}")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_registered_its_secret_shown_once_and_its_scope_taken_by_the_cascade()
    {
        var (admin, clientId) = (await OperatorAsync(), $"made-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}");
        var form = (await admin.GetAsync("/admin/clients/edit")).MainForm()!;
        var wrong = await admin.SubmitAsync(form, ("client_id", clientId), ("grant_types", "authorization_code"), ("redirect_uris", "http://evil.example/cb"), ("scope", "nothing"));
        Assert.Contains("there is no scope &#x27;nothing&#x27;", wrong.Body, StringComparison.Ordinal);
        Assert.Contains("redirect_uris-error\" class=\"field-validation-error\"", wrong.Body, StringComparison.Ordinal);

        var made = await admin.SubmitAsync(
            form, ("client_id", clientId), ("client_name", "Made here"), ("application_type", "web"), ("token_endpoint_auth_method", "client_secret_basic"),
            ("grant_types", "authorization_code"), ("redirect_uris", "https://made.example/cb\n https://made.example/two"), ("scope", "openid profile orders.read"));
        Assert.Equal(HttpStatusCode.SeeOther, made.Status);
        var shown = await admin.GetAsync(made.Location!);
        var secret = SecretPattern().Match(shown.Body).Groups["secret"].Value;
        Assert.Equal(43, secret.Length);
        Assert.Contains(admin.SetCookies, cookie => cookie.Name == "__Host-authserver-notice");
        Assert.DoesNotContain(secret, (await admin.GetAsync(made.Location!)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Server.Log.Lines, line => line.Text.Contains(secret, StringComparison.Ordinal));
        Assert.Contains("https://made.example/two", shown.Body, StringComparison.Ordinal);

        var id = Guid.Parse(made.Location!.Split('/')[^1]);
        var path = $"/admin/clients/edit/{id}";
        var edit = (await admin.GetAsync(path)).MainForm()!;
        (string, string)[] same =
        [
            ("redirect_uris", "https://made.example/cb"), ("grant_types", "authorization_code"), ("token_endpoint_auth_method", "client_secret_basic"),
            ("application_type", "web"), ("access_token_format", "opaque"), ("scope", "openid profile"),
        ];
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(edit, same)).Status);
        Assert.Contains("Somebody changed this client", (await admin.SubmitAsync(edit, same)).Body, StringComparison.Ordinal);
        var stored = await Server.ReadAsync(db => db.Clients.SingleAsync(c => c.Id == id, Cancellation));
        Assert.Equal(("openid profile", "opaque", clientId), (stored.Scope, stored.AccessTokenFormat, stored.ClientId));
        Assert.NotNull(stored.ClientSecretHash);
        var line = await Server.ReadAsync(db => db.Revocations.SingleAsync(r => r.ClientId == id, Cancellation));
        Assert.Equal((RevocationCause.ScopeRemoved, "orders.read"), (line.Cause, line.Scope));

        var leaked = (await admin.GetAsync($"/admin/clients/{id}/secret?leaked=true")).MainForm()!;
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(leaked, ("Reason", "in a log"))).Status);
        Assert.NotEqual(secret, SecretPattern().Match((await admin.GetAsync(made.Location!)).Body).Groups["secret"].Value);
        Assert.NotEqual(stored.ClientSecretHash, await Server.ReadAsync(db => db.Clients.Where(c => c.Id == id).Select(c => c.ClientSecretHash).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task Only_a_client_with_a_secret_is_offered_another()
    {
        var admin = await OperatorAsync();
        var keyed = (await NewClient.WithKeyAsync(Server, new TestKey())).Registration.ClientId;
        foreach (var (clientId, hasSecret) in new[] { ("web", true), ("spa", false), (keyed, false) })
        {
            var id = await Server.ReadAsync(db => db.Clients.Where(c => c.ClientId == clientId).Select(c => c.Id).SingleAsync(Cancellation));
            var page = await admin.GetAsync($"/admin/clients/{id}");
            Assert.Equal(hasSecret, page.Body.Contains("New secret", StringComparison.Ordinal));
            Assert.Equal(hasSecret, page.Body.Contains("Its secret leaked", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_token_is_explained_and_is_in_no_answer()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var form = (await admin.GetAsync("/admin/explain")).MainForm()!;
        Assert.Contains("It is alive", (await admin.SubmitAsync(form, ("token", home.LaptopWeb.AccessToken))).Body, StringComparison.Ordinal);
        await Server.WithdrawAsync(new RevocationTarget.Session(await SessionOfAsync(home.LaptopWeb)), RevocationCause.DeviceSignOut);
        foreach (var token in new[] { home.LaptopWeb.AccessToken, home.LaptopWeb.RefreshToken })
        {
            var dead = await admin.SubmitAsync(form, ("token", token));
            Assert.Contains("The session it was issued in was ended.", dead.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(token, dead.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(Server.Log.Lines, line => line.Text.Contains(token, StringComparison.Ordinal));
        }

        Assert.Contains("no token of this server", (await admin.SubmitAsync(form, ("token", "forged"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_pages_without_a_gap_where_many_lines_are_of_one_instant()
    {
        var (admin, person) = (await OperatorAsync(), await Server.NewPersonAsync());
        var id = await IdOfAsync(person);
        for (var i = 0; i < 7; i++)
        {
            await Server.WithdrawAsync(new RevocationTarget.UserSessions(id, KeptSessionId: null), RevocationCause.SignOutEverywhere);
        }

        var seen = new List<string>();
        for (string? before = ""; before is not null;)
        {
            var page = (await admin.CallAsync(HttpMethod.Get, $"/api/revocations?user={id}&cause=sign_out_everywhere&take=2&before={before}")).ShouldBeOk();
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            before = page.Member("next");
        }

        // Sweeps add their lines meanwhile, above where the pages have come to.
        var all = await Server.ReadAsync(db => db.Revocations.Where(r => r.UserId == id && r.Completes == null).Select(r => r.Id).ToListAsync(Cancellation));
        Assert.Equal(7, all.Count);
        Assert.All(all, line => Assert.Single(seen, $"{line}"));
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.CallAsync(HttpMethod.Get, "/api/revocations?before=yesterday")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.CallAsync(HttpMethod.Get, "/api/deliveries?before=yesterday")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.CallAsync(HttpMethod.Get, "/api/revocations?cause=whim")).Status);
    }

    [Fact]
    public async Task The_ledger_is_exported_and_a_formula_in_a_reason_is_no_formula()
    {
        var (admin, person) = (await OperatorAsync(), await Server.NewPersonAsync());
        var id = await IdOfAsync(person);
        var form = (await admin.GetAsync($"/admin/withdraw?kind=user_sessions&id={id}")).MainForm()!;
        Assert.Equal(HttpStatusCode.SeeOther, (await admin.SubmitAsync(form, ("Reason", "=HYPERLINK(\"https://evil.example\",\"x\")"))).Status);

        var csv = await admin.CallAsync(HttpMethod.Get, $"/admin/revocations/export.csv?user={id}");
        Assert.Equal("text/csv; charset=utf-8", csv.Header("Content-Type"));
        Assert.Contains("attachment", csv.Header("Content-Disposition"), StringComparison.Ordinal);
        var lines = csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,at,cause", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines[1..], line => line.Contains("\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\"", StringComparison.Ordinal));
        Assert.All(lines[1..], line => Assert.Contains($"{id}", line, StringComparison.Ordinal));

        var json = await admin.GetAsync($"/admin/revocations/export.jsonl?user={id}&cause=sign_out_everywhere");
        Assert.All(json.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
            Assert.Equal($"{id}", System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("user").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.GetAsync("/admin/revocations/export.csv?cause=whim")).Status);
    }

    [Fact]
    public async Task Many_fall_together_and_the_rest_lives()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var chosen = $"/admin/bulk?target=session:{await SessionOfAsync(home.LaptopWeb)}&target=session:{await SessionOfAsync(home.PhoneWeb)}";
        var preview = await admin.GetAsync(chosen);
        Assert.Equal("Withdraw 2 sessions?", preview.Heading);
        var begun = await admin.SubmitAsync(preview.MainForm()!, ("Reason", "a bad night"));
        Assert.Equal(HttpStatusCode.SeeOther, begun.Status);
        await Server.Services.GetRequiredService<BulkWithdrawals>().RunAsync(Cancellation);

        Assert.Contains("2 were withdrawn", (await admin.GetAsync(begun.Location!)).Body, StringComparison.Ordinal);
        await LaptopShouldBeDeadAsync(home);
        await PhoneShouldBeDeadAsync(home);
        await ShouldBeUntouchedAsync(home);
        var correlation = begun.Location!.Split('/')[^1];
        var lines = await Server.ReadAsync(db => db.Revocations.Where(r => r.CorrelationId == correlation && r.Completes == null).ToListAsync(Cancellation));
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Equal(("a bad night", RevocationActorKind.Operator), (line.Reason, line.ActorKind)));
        Assert.Contains("nothing fits", (await admin.GetAsync("/admin/bulk?target=user:x")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_fit_are_asked_again_where_more_fit_since()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var preview = await admin.GetAsync($"/admin/bulk?all=true&view=families&user={home.UserId}");
        Assert.Equal("Withdraw 3 token families?", preview.Heading);
        await Spa.SignInAsync(home.Laptop, home.Person);
        var stale = await admin.SubmitAsync(preview.MainForm()!);
        Assert.Equal((HttpStatusCode.OK, "Withdraw 4 token families?"), (stale.Status, stale.Heading));
        await LaptopShouldLiveAsync(home);
    }

    [GeneratedRegex("<code class=\"secret\">(?<secret>[^<]+)</code>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex SecretPattern();
}

public sealed class SqliteOperatorPageTests(SqliteServer server) : OperatorPageTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlOperatorPageTests(PostgreSqlServer server) : OperatorPageTests(server), IClassFixture<PostgreSqlServer>;
