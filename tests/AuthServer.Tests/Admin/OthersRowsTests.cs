using System.Net;
using System.Text.Json;
using AuthServer.Grants.Entities;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using AuthServer.Upkeep;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Admin;

/// <summary>
/// Every place that a browser can reach, asked for with everything that is somebody's: by nobody, and by another user. Nothing of theirs is shown,
/// and nothing of theirs changes. The places are a closed list: one that is new has to be looked at, and written down here.
/// </summary>
public sealed partial class OthersRowsTests(OpenServer server) : TriggerFacts(server), IClassFixture<OpenServer>
{
    private const string Agent = "Verasbrowser/77";
    private const string Secret = "their own reason for it";

    [Fact]
    public async Task Every_place_is_known()
    {
        var places = (await Place.OfAsync(Server)).Select(place => place.ToString()).ToList();
        Assert.Equal(string.Join('\n', Known), string.Join('\n', places));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_sees_or_changes_what_is_somebody_elses(bool signedIn)
    {
        var vera = await VeraAsync();
        var before = await RowsAsync(vera);
        foreach (var place in await Place.OfAsync(Server))
        {
            var asker = NewBrowser();
            if (signedIn)
            {
                await asker.SignInAsync(await Server.NewPersonAsync());
                Assert.NotNull(asker.SessionCookie);
            }

            foreach (var values in Combinations(place, vera))
            {
                var (status, shown) = await AskAsync(asker, place, values);
                var asked = $"{place} as {(signedIn ? "another user" : "nobody")} with {string.Join(' ', values)}: {(int)status}";
                Assert.True((int)status < 500, asked + string.Join('\n', Server.Log.Lines.Where(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error).Select(line => line.Text)));
                Assert.DoesNotContain(vera.Person.Email, shown, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Agent, shown, StringComparison.Ordinal);
                Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
                Assert.True(!IsOperators(place) || IsRefused(place, status, shown), asked);
            }

            Assert.Equal(before, await RowsAsync(vera));
        }

        await Web.ShouldBeAliveAsync(vera.Tokens);
        Assert.True(await vera.Tokens.Browser.IsSignedInAsync());
    }

    /// <summary>The same values are right ones: whom they belong to, and an operator, get something for them.</summary>
    [Fact]
    public async Task Whose_they_are_sees_them_and_so_does_an_operator()
    {
        var (vera, admin) = (await VeraAsync(), await OperatorAsync());
        foreach (var place in (await Place.OfAsync(Server)).Where(place => place.Method == "GET" && place.Path.Contains("{id:guid}", StringComparison.Ordinal)))
        {
            // A stream of what is not finished goes on; everything else has an answer for one of the ids.
            var found = false;
            foreach (var values in place.Path.EndsWith("/progress", StringComparison.Ordinal) ? [] : Combinations(place, vera))
            {
                found |= (await AskAsync(admin, place, values)).Status == HttpStatusCode.OK;
            }

            Assert.True(found || place.Path.EndsWith("/progress", StringComparison.Ordinal), $"{place}");
        }

        Assert.Contains(vera.Person.Email, (await admin.GetAsync($"/admin/users/{vera.UserId}")).Body, StringComparison.Ordinal);
        foreach (var (kind, id) in new[] { ("session", vera.SessionId), ("grant", vera.GrantId), ("scope", vera.GrantId) })
        {
            var page = await vera.Tokens.Browser.GetAsync($"/Identity/Account/Manage/Withdraw?kind={kind}&id={id}&scope=email");
            Assert.Equal(HttpStatusCode.OK, page.Status);
        }

        Assert.Contains(Agent, (await vera.Tokens.Browser.GetAsync("/Identity/Account/Manage/SecurityHistory?handler=Json")).Body, StringComparison.Ordinal);
    }

    private static bool IsRefused(Place place, HttpStatusCode status, string shown) => status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => true,
        HttpStatusCode.Redirect or HttpStatusCode.SeeOther => shown.Contains("/Identity/Account/Login?", StringComparison.Ordinal),
        HttpStatusCode.BadRequest => place.IsPage,
        _ => false,
    };

    private static bool IsOperators(Place place) =>
        place.Path.StartsWith("/admin", StringComparison.Ordinal) || (place.Path.StartsWith("/api", StringComparison.Ordinal) && place.Path != "/api/explain");

    /// <summary>All that could be tried: every id of hers where an id is asked for, each with every kind of thing it could be.</summary>
    private static IEnumerable<Dictionary<string, string>> Combinations(Place place, Vera vera)
    {
        IEnumerable<Dictionary<string, string>> all = [new(StringComparer.Ordinal)];
        foreach (var input in place.Path == "/connect/endsession" ? ["id_token_hint"] : place.Inputs)
        {
            var candidates = Candidates(input, place, vera);
            all = all.SelectMany(values => candidates.Select(value => new Dictionary<string, string>(values, StringComparer.Ordinal) { [input] = value }));
        }

        return all;
    }

    private static string[] Candidates(string input, Place place, Vera vera) => input.ToUpperInvariant() switch
    {
        "ID" or "BEFORE" or "AFTER" => [.. vera.Ids.Select(id => $"{id}")],
        "USER" or "ACTOR" or "BY" => [$"{vera.UserId}"],
        "CLIENT" => [$"{vera.ClientId}"],
        "KIND" when place.Path.Contains("SecurityHistory", StringComparison.Ordinal) => ["All"],
        "KIND" => ["session", "grant", "scope", "device", "family", "user", "user_sessions", "client", "everywhere"],
        "WHAT" => ["password", "second-factor"],
        "TARGET" or "TARGETS" => [$"session:{vera.SessionId}", $"grant:{vera.GrantId}", $"family:{vera.FamilyId}"],
        "STAMP" => [vera.Stamp],
        "SCOPE" => ["email"],
        "RECEIPT" or "BULK" => [$"{vera.RevocationId}", WebEncoders.Base64UrlEncode(vera.RevocationId.ToByteArray(bigEndian: true))],
        "CONTINUE" => [vera.Continue, vera.DeviceContinue],
        "TOKEN" => [vera.Tokens.AccessToken],
        "ID_TOKEN_HINT" => [vera.Tokens.IdToken],
        "JTI" => [""],
        "DECISION" => ["allow"],
        "HANDLER" or "RETURNURL" => ["/"],
        "EMAIL" or "INPUT.EMAIL" or "INPUT.NEWEMAIL" => ["x@example.com"],
        _ => ["1"],
    };

    private static async Task<(HttpStatusCode Status, string Shown)> AskAsync(Browser asker, Place place, Dictionary<string, string> values)
    {
        var (path, rest) = (place.Path, new Dictionary<string, string?>(StringComparer.Ordinal));
        foreach (var (name, value) in values)
        {
            var filled = Parameter(name).Replace(path, value);
            (path, rest) = filled != path ? (filled, rest) : (path, new(rest, StringComparer.Ordinal) { [name] = value });
        }

        path = Parameter("[a-zA-Z]+").Replace(path, "").TrimEnd('/');
        var address = QueryHelpers.AddQueryString(path.Length == 0 ? "/" : path, place.Handler is null ? rest : new Dictionary<string, string?>(rest, StringComparer.Ordinal) { ["handler"] = place.Handler });
        if (place.IsPage)
        {
            var page = place.Method == "GET" ? await asker.GetAsync(address) : await PostAsync(asker, address, rest);
            return (page.Status, page.Body + page.Location);
        }

        var body = place.Method == "GET" ? null : rest.Where(pair => pair.Value!.Length > 0).ToDictionary(pair => JsonNamingPolicy.SnakeCaseLower.ConvertName(pair.Key), pair => pair.Value);
        var answer = await asker.CallAsync(new(place.Method), place.Method == "GET" ? address : path, body);
        return (answer.Status, answer.Text + answer.Header("Location"));
    }

    /// <summary>With a token that is good: what is refused is refused for what is asked.</summary>
    private static async Task<Fixtures.Page> PostAsync(Browser asker, string address, Dictionary<string, string?> fields)
    {
        var form = (await asker.GetAsync("/Identity/Account/ForgotPassword")).FormWith("Input.Email")!;
        return await asker.PostAsync(address, [.. form.Sent.Where(field => field.Key.StartsWith("__", StringComparison.Ordinal)), .. fields.Select(field => KeyValuePair.Create(field.Key, field.Value!))]);
    }

    private static System.Text.RegularExpressions.Regex Parameter(string name) =>
        new($@"\{{{name}(:[^{{}}]*(\{{[^{{}}]*\}}[^{{}}]*)*)?\??\}}", System.Text.RegularExpressions.RegexOptions.IgnoreCase | System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private async Task<Vera> VeraAsync()
    {
        var (person, browser) = (await Server.NewPersonAsync(), NewBrowser());
        browser.Headers["User-Agent"] = Agent;
        var tokens = await Web.SignInAsync(browser, person);
        var (id, admin) = (await IdOfAsync(person), await OperatorAsync());
        var gone = await Web.SignInAsync(person);
        var receipt = (await admin.CallAsync(HttpMethod.Post, "/api/revocations", new { kind = "session", id = await SessionOfAsync(gone), reason = Secret })).ShouldBeOk();
        var bulk = await BulkAsync(admin, await SessionOfAsync(await Web.SignInAsync(person)));
        await FinishAsync();

        var family = await FamilyAsync(tokens, family => family);
        var preview = (await browser.GetAsync($"/Identity/Account/Manage/Withdraw?kind=session&id={family.SessionId}")).FormWith("stamp")!;
        var spa = await browser.VisitAsync(Spa.Request().Url, person, decision: null);
        var device = new DeviceParty(Server.Client("tv"));
        var asked = await DeviceParty.TypeAsync(browser, (await device.AskAsync()).ShouldBeOk().Member("user_code")!);
        var eventId = await Server.ReadAsync(db => db.SecurityEvents.Where(e => e.UserId == id).Select(e => e.Id).FirstAsync(Cancellation));
        return new Vera(
            person, id, tokens, family.SessionId!.Value, family.GrantId, family.Id, receipt.Json.GetProperty("revocation").GetProperty("id").GetGuid(), bulk,
            await ClientIdOfAsync(Web), eventId, preview.Fields["stamp"], ContinueOf(spa.Page), ContinueOf(asked));
    }

    /// <summary>Does what the server would do behind the requests, which may be at it itself: then nothing of hers changes any more.</summary>
    private async Task FinishAsync()
    {
        while (await Server.ReadAsync(async db => await db.Sweeps.AnyAsync(Cancellation) || await db.BulkWithdrawals.AnyAsync(b => b.FinishedAt == null, Cancellation)))
        {
            foreach (var job in Server.Services.GetServices<UpkeepJob>().Where(job => job.Name is "bulk withdrawals" or "sweeping"))
            {
                await job.Run(Cancellation);
            }
        }
    }

    private static string ContinueOf(Fixtures.Page page) => page.FormWith("decision")!.Fields["continue"];

    private static async Task<Guid> BulkAsync(Browser admin, Guid sessionId)
    {
        var confirm = await admin.GetAsync($"/admin/bulk?target=session:{sessionId}");
        var done = await admin.SubmitAsync(confirm.MainForm()!, ("Reason", Secret));
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        return Guid.Parse(done.Location!.Split('/')[^1]);
    }

    /// <summary>What is hers, and what she uses.</summary>
    private Task<string> RowsAsync(Vera vera) => Server.ReadAsync(async db => JsonSerializer.Serialize(new object[]
    {
        await db.Users.AsNoTracking().Where(u => u.Id == vera.UserId).ToListAsync(Cancellation),
        await db.UserRoles.CountAsync(r => r.UserId == vera.UserId, Cancellation),
        await db.UserTokens.CountAsync(t => t.UserId == vera.UserId, Cancellation),
        await db.LoginSessions.AsNoTracking().Where(s => s.UserId == vera.UserId && s.Status == Status.Valid).OrderBy(s => s.Id).Select(s => new { s.Id, s.KeyHash }).ToListAsync(Cancellation),
        await db.Grants.AsNoTracking().Where(g => g.UserId == vera.UserId).OrderBy(g => g.Id).ToListAsync(Cancellation),
        await db.TokenFamilies.AsNoTracking().Where(f => f.UserId == vera.UserId && f.Status == Status.Valid).OrderBy(f => f.Id).Select(f => new { f.Id, f.Generation }).ToListAsync(Cancellation),
        await db.Revocations.CountAsync(r => r.UserId == vera.UserId && r.Completes == null, Cancellation),
        await db.Clients.AsNoTracking().Where(c => c.Id == vera.ClientId).Select(c => new { c.Disabled, c.Epoch, c.ClientSecretHash, c.ClientName }).ToListAsync(Cancellation),
        await db.BulkWithdrawals.CountAsync(Cancellation),
    }));

    /// <summary>Somebody with one of everything that has an id.</summary>
    private sealed record Vera(
        Person Person, Guid UserId, Tokens Tokens, Guid SessionId, Guid GrantId, Guid FamilyId, Guid RevocationId, Guid BulkId, Guid ClientId, Guid EventId,
        string Stamp, string Continue, string DeviceContinue)
    {
        public IEnumerable<Guid> Ids => [UserId, SessionId, GrantId, FamilyId, RevocationId, BulkId, ClientId, EventId];
    }
}
