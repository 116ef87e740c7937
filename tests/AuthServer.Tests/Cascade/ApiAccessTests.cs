using System.Net;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Cascade;

/// <summary>Who may call the operator API, what it refuses, and what it tells of the ledger.</summary>
public abstract class ApiAccessTests(AuthServerFactory server) : TriggerFacts(server)
{
    private static readonly string Nobody = $"{Guid.Empty}";

    public static TheoryData<string, string, string?> Routes => new()
    {
        { "POST", "/api/previews", """{"kind":"user","id":"00000000-0000-0000-0000-000000000000"}""" },
        { "POST", "/api/revocations", """{"kind":"user","id":"00000000-0000-0000-0000-000000000000"}""" },
        { "GET", "/api/revocations", null },
        { "GET", $"/api/revocations/{Nobody}", null },
        { "POST", $"/api/users/{Nobody}/enable", null },
        { "DELETE", $"/api/users/{Nobody}", null },
        { "POST", $"/api/users/{Nobody}/password-reset", """{"password":"long enough"}""" },
        { "POST", $"/api/users/{Nobody}/second-factor-reset", "{}" },
        { "POST", $"/api/clients/{Nobody}/enable", null },
        { "DELETE", $"/api/clients/{Nobody}", null },
        { "POST", $"/api/clients/{Nobody}/secret", """{"leaked":true}""" },
        { "GET", "/api/deliveries", null },
        { "POST", $"/api/deliveries/{Nobody}/send", null },
        { "POST", "/api/ledger/verification", null },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Only_operators_get_in(string method, string path, string? body)
    {
        var content = body is null ? null : (object)System.Text.Json.JsonDocument.Parse(body).RootElement;
        var user = NewBrowser();
        await user.SignInAsync(Bob);
        var admin = await OperatorAsync();

        var nobody = await NewBrowser().CallAsync(new(method), path, content);
        ShouldBeProblem(nobody, HttpStatusCode.Unauthorized);
        Assert.Equal("Cookie realm=\"operators\"", nobody.Header("WWW-Authenticate"));
        ShouldBeProblem(await user.CallAsync(new(method), path, content), HttpStatusCode.Forbidden);
        var answer = await admin.CallAsync(new(method), path, content);
        if (path == "/api/ledger/verification" || (path is "/api/revocations" or "/api/deliveries" && method == "GET"))
        {
            answer.ShouldBeOk();
        }
        else
        {
            ShouldBeProblem(answer, HttpStatusCode.NotFound);
        }

        if (method != "GET")
        {
            ShouldBeProblem(await admin.CallAsync(new(method), path, content, ("Origin", "https://evil.example")), HttpStatusCode.Forbidden);
            ShouldBeProblem(await admin.CallAsync(new(method), path, content, ("Sec-Fetch-Site", "cross-site")), HttpStatusCode.Forbidden);
            ShouldBeProblem(await admin.CallAsync(new(method), path.Replace("/api", "/API", StringComparison.Ordinal), content, ("Origin", "https://evil.example")), HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task Wrong_requests_are_answered_with_a_problem()
    {
        var admin = await OperatorAsync();
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "everything", id = Guid.Empty }), HttpStatusCode.BadRequest);
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "grant_scope", id = Guid.Empty }), HttpStatusCode.BadRequest);
        var unfit = await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id = "x" });
        ShouldBeProblem(unfit, HttpStatusCode.BadRequest);
        Assert.Contains("UUID", unfit.Member("detail"), StringComparison.Ordinal);
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id = Guid.Empty, more = 1 }), HttpStatusCode.BadRequest);
        foreach (var reason in new[] { new string('x', 501), "a\0b" })
        {
            ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id = Guid.Empty, reason }), HttpStatusCode.BadRequest);
            ShouldBeProblem(await admin.CallAsync(HttpMethod.Delete, $"/api/users/{Nobody}?reason={Uri.EscapeDataString(reason)}"), HttpStatusCode.BadRequest);
            ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, $"/api/clients/{Nobody}/secret", new { leaked = true, reason }), HttpStatusCode.BadRequest);
        }

        ShouldBeProblem(await admin.CallAsync(HttpMethod.Get, "/api/deliveries?state=lost"), HttpStatusCode.BadRequest);
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Get, "/api/nothing"), HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await admin.PostAsync("/api/revocations", [new("kind", "user")])).Status);
    }

    [Fact]
    public async Task An_operator_shuts_nobody_out_by_themselves()
    {
        var (admin, id) = (await OperatorAsync(), await IdOfAsync(Alice));
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id }), HttpStatusCode.Conflict);
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Delete, $"/api/users/{id}"), HttpStatusCode.Conflict);
        Assert.True(await admin.IsSignedInAsync());
    }

    [Fact]
    public async Task A_stale_stamp_withdraws_nothing_and_brings_the_new_preview()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var preview = (await admin.CallAsync(HttpMethod.Post, "/api/previews", new { kind = "user", id = home.UserId })).ShouldBeOk();
        Assert.Equal(Clock.Now.AddMinutes(10.5), preview.Json.GetProperty("jwt_accepted_until").GetDateTime());
        await Web.SignInAsync(home.Person);

        var stale = await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id = home.UserId, stamp = preview.Member("stamp") });

        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
        Assert.Equal(3, stale.Json.GetProperty("counts").GetProperty("sessions").GetInt32());
        await PhoneShouldLiveAsync(home);
        var again = new { kind = "user", id = home.UserId, stamp = stale.Member("stamp") };
        (await admin.CallAsync(HttpMethod.Post, "/api/revocations", again)).ShouldBeOk();
        await PhoneShouldBeDeadAsync(home);
        var twice = (await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "user", id = home.UserId })).ShouldBeOk();
        Assert.Equal("false", twice.Member("withdrawn"));
    }

    [Fact]
    public async Task The_ledger_is_listed_and_a_token_is_explained_to_its_owner_and_to_operators()
    {
        var (home, admin) = (await MoveInAsync(), await OperatorAsync());
        var receipt = (await admin.CallAsync(
            HttpMethod.Post, "/api/revocations", new { kind = "session", id = await SessionOfAsync(home.LaptopWeb), reason = "found on a bus" })).ShouldBeOk();
        var id = receipt.Json.GetProperty("revocation").GetProperty("id").GetString();

        var list = (await admin.CallAsync(HttpMethod.Get, $"/api/revocations?user={home.UserId}&take=1")).ShouldBeOk();
        Assert.Single(list.Json.GetProperty("items").EnumerateArray());
        var details = (await admin.CallAsync(HttpMethod.Get, $"/api/revocations/{id}")).ShouldBeOk();
        Assert.Equal("found on a bus", details.Json.GetProperty("revocation").GetProperty("reason").GetString());

        foreach (var token in new[] { home.LaptopWeb.AccessToken, home.LaptopWeb.RefreshToken })
        {
            foreach (var asker in new[] { admin, home.PhoneWeb.Browser })
            {
                var told = (await asker.CallAsync(HttpMethod.Post, "/api/explain", new { token })).ShouldBeOk();
                Assert.Equal(("false", "session_revoked"), (told.Member("alive"), told.Member("reason")));
                Assert.Equal(id, told.Json.GetProperty("revocation").GetProperty("id").GetString());
                Assert.Equal(asker == admin, told.Json.GetProperty("revocation").TryGetProperty("actor", out _));
            }

            ShouldBeProblem(await home.NeighbourWeb.Browser.CallAsync(HttpMethod.Post, "/api/explain", new { token }), HttpStatusCode.NotFound);
            ShouldBeProblem(await NewBrowser().CallAsync(HttpMethod.Post, "/api/explain", new { token }), HttpStatusCode.Unauthorized);
        }

        Assert.Equal("true", (await admin.CallAsync(HttpMethod.Post, "/api/explain", new { token = home.PhoneWeb.AccessToken })).Member("alive"));
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, "/api/explain", new { token = "forged" }), HttpStatusCode.NotFound);
        ShouldBeProblem(await admin.CallAsync(HttpMethod.Post, "/api/explain", new { }), HttpStatusCode.BadRequest);
        Assert.DoesNotContain(Server.Log.Lines, line => line.Text.Contains(home.PhoneWeb.AccessToken, StringComparison.Ordinal));
    }

    private static void ShouldBeProblem(Answer answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.Header("Content-Type")?.Split(';')[0]);
    }
}

public sealed class SqliteApiAccessTests(SqliteServer server) : ApiAccessTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlApiAccessTests(PostgreSqlServer server) : ApiAccessTests(server), IClassFixture<PostgreSqlServer>;
