using System.Net;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using AuthServer.Upkeep;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Growth;

/// <summary>Everything that must not slow down: what clients and people do, each list, and the jobs behind them.</summary>
public sealed class Operations(GrownServer server)
{
    // It reads the whole ledger, once a day, to see that nothing of it was changed.
    private const string WholeLedger = "verifying the ledger";

    // A cursor in the middle of everything: a page far down costs what the first does.
    private static readonly string Middle = $"{new DateTime(2029, 11, 1, 0, 0, 0, DateTimeKind.Utc).Ticks}-01b7a0a1c80070008000000000000000";

    private static readonly string[] Lists =
    [
        "/admin", "/admin/clients", "/admin/clients?q=shop", "/admin/seals", "/admin/keys", "/admin/bulk",
        "/admin/users", "/admin/users?q=u", "/admin/users?q=u77@", "/admin/users?q=somebody", "/admin/users?state=disabled", "/admin/users?state=disabled&q=u",
        .. from view in new[] { "sessions", "grants", "families" }
           from filter in new[] { "", "&client=web", "&client=spa", "&scope=openid", "&scope=nothing", "&age=2160", "&idle=24", "&idle=2160", "&user=alice@example.com", $"&before={Middle}" }
           select $"/admin/access?view={view}{filter}",
        .. from view in new[] { "sessions", "grants", "families" }
           from sort in new[] { "oldest", "used", "idle" }
           select $"/admin/access?view={view}&sort={sort}",
        "/admin/revocations", "/admin/revocations?cause=sign_out", "/admin/revocations?cause=user_deleted", "/admin/revocations?cause=secret_leaked",
        "/admin/revocations?client=web", "/admin/revocations?client=spa", "/admin/revocations?client=web&cause=user_deleted", "/admin/revocations?user=alice@example.com",
        "/admin/revocations?actor=alice@example.com", "/admin/revocations?correlation_id=request-7", "/admin/revocations?since=2029-10-01&until=2029-10-02",
        "/admin/revocations?since=2029-10-01&until=2029-10-02&cause=user_deleted", "/api/revocations?take=200",
        "/admin/deliveries", "/admin/deliveries?state=failed", "/admin/deliveries?state=pending", "/admin/deliveries?client=web", "/admin/deliveries?client=spa",
        $"/admin/revocations?before={Middle}", $"/admin/revocations?client=web&before={Middle}", $"/admin/revocations?cause=sign_out&before={Middle}",
        $"/admin/deliveries?before={Middle}", $"/admin/deliveries?state=acknowledged&before={Middle}",
        "/admin/deliveries?state=failed&client=web", "/admin/deliveries?state=pending&client=spa",
    ];

    // Each of these is the same however much there is: it looks at 10,000 rows with all that they hang from, and stops.
    private const long Counting = 200_000;

    // At a stretch of 2,000 such rows.
    private const long Walking = 50_000;

    // At 500 or 1,000, which it deletes or changes.
    private const long Batch = 20_000;

    private static readonly string[] OwnPages =
    [
        "Sessions", "ConnectedApps", "SecurityHistory", "SecurityHistory?kind=SignIns", "SecurityHistory?kind=Failures", "SecurityHistory?kind=Changes",
        "SecurityHistory?kind=Withdrawals", "PersonalData",
    ];

    private readonly RelyingParty _web = server.Client("web");
    private readonly RelyingParty _shop = server.Client("shop");
    private Browser? _operator;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public IEnumerable<Operation> All =>
    [
        .. Protocol(), .. Withdrawals(),
        .. Lists.Select(path => Operation.Of(path, async () => await OpenAsync(await OperatorAsync(), path)) with { MayTouch = MayTouch(path) }),
        Page("/admin/users, far down", async person => $"/admin/users?after={await IdOfAsync(person)}"),
        Page("/admin/users?q=somebody, far down", async person => $"/admin/users?q=somebody&by=name&after={await IdOfAsync(person)}"),
        Page("an operator looks at a user", async person => $"/admin/users/{await IdOfAsync(person)}"),
        Page("an operator looks at a client", async _ => $"/admin/clients/{await ClientAsync("web")}") with { MayTouch = Counting },
        Page("preview: a user", async person => $"/admin/withdraw?kind=user&id={await IdOfAsync(person)}"),
        Page("preview: a client of many", async _ => $"/admin/withdraw?kind=client&id={await ClientAsync("web")}") with { MayTouch = Counting },
        .. OwnPages.Select(page => new Operation($"own page: {page}", async () =>
        {
            var tokens = await _web.SignInAsync(await server.NewPersonAsync());
            return () => OpenAsync(tokens.Browser, $"/Identity/Account/Manage/{page}");
        })),
        Operation.Of("/healthz/ready", () => OpenAsync(new Browser(server), "/healthz/ready")),
        .. server.Services.GetServices<UpkeepJob>().Where(job => job.Name != WholeLedger)
            .Select(job => Operation.Of($"job: {job.Name}", () => job.Run(Cancellation)) with { MayTouch = Batch }),
    ];

    /// <summary>Of half of everything; it leaves the lists to a sweep, so it comes last.</summary>
    public Operation WithdrawManyAtOnce => new("revoke: a client of many", async () =>
    {
        var shop = await ClientAsync("shop");
        return () => server.WithdrawAsync(new RevocationTarget.ClientTokens(shop), RevocationCause.ClientTokensRemoved);
    }) { MayTouch = Batch };

    public Operation Sweep => Operation.Of("sweep: a batch of it", () => server.Services.GetRequiredService<RevocationCascade>().SweepAsync(Cancellation)) with { MayTouch = Batch };

    private IEnumerable<Operation> Protocol() =>
    [
        new("sign in", async () =>
        {
            var (person, browser) = (await server.NewPersonAsync(), new Browser(server));
            return async () => Assert.NotNull((await browser.SignInAsync(person)).Location);
        }),
        new("sign in with a wrong password", async () =>
        {
            var (person, browser) = (await server.NewPersonAsync(), new Browser(server));
            return async () => Assert.Null((await browser.SignInAsync(person with { Password = "another" })).Location);
        }),
        new("sign in, consent, code, tokens", async () =>
        {
            var person = await server.NewPersonAsync();
            return () => _web.SignInAsync(person);
        }),
        WithTokens("refresh", async tokens => (await _web.RefreshAsync(tokens.RefreshToken!)).ShouldBeOk()),
        WithTokens("introspect an access token", async tokens => Assert.Equal("true", (await _web.IntrospectAsync(tokens.AccessToken)).Member("active"))),
        WithTokens("introspect a refresh token", async tokens => Assert.Equal("true", (await _web.IntrospectAsync(tokens.RefreshToken!)).Member("active"))),
        WithTokens("userinfo", async tokens => (await _web.UserInfoAsync(tokens.AccessToken)).ShouldBeOk()),
    ];

    private IEnumerable<Operation> Withdrawals() =>
    [
        WithTokens("revoke: a refresh token", async tokens => (await _web.RevokeAsync(tokens.RefreshToken!)).ShouldBeOk()),
        WithTokens("revoke: an access token", async tokens => (await _web.RevokeAsync(tokens.AccessToken)).ShouldBeOk()),
        WithTokens("revoke: a session, by signing out", tokens => tokens.Browser.SignOutAsync()),
        Withdrawal("revoke: a grant", async user => new RevocationTarget.Grant(
            await server.ReadAsync(db => db.Grants.Where(g => g.UserId == user).Select(g => g.Id).SingleAsync(Cancellation)))),
        Withdrawal("revoke: everything of a user", user => Task.FromResult<RevocationTarget>(new RevocationTarget.User(user))),
        Withdrawal("revoke: a user, deleted", user => Task.FromResult<RevocationTarget>(new RevocationTarget.DeletedUser(user))),
    ];

    private Operation WithTokens(string name, Func<Tokens, Task> act) => new(name, async () =>
    {
        var tokens = await _web.SignInAsync(await server.NewPersonAsync());
        return () => act(tokens);
    });

    private Operation Withdrawal(string name, Func<Guid, Task<RevocationTarget>> find) => new(name, async () =>
    {
        var person = await server.NewPersonAsync();
        await _web.SignInAsync(person);
        var target = await find(await IdOfAsync(person));
        return () => server.WithdrawAsync(target, RevocationCause.SignOutEverywhere);
    });

    private Operation Page(string name, Func<Person, Task<string>> find) => new(name, async () =>
    {
        var person = await server.NewPersonAsync();
        await _shop.SignInAsync(person);
        var (browser, path) = (await OperatorAsync(), await find(person));
        return () => OpenAsync(browser, path);
    });

    private static long MayTouch(string path) =>
        path == "/admin" ? Counting : path.StartsWith("/admin/access", StringComparison.Ordinal) ? Walking : new Operation("", null!).MayTouch;

    private static async Task OpenAsync(Browser browser, string path)
    {
        var page = await browser.GetAsync(path);
        Assert.True(page.Status == HttpStatusCode.OK, $"{path}: {page.Status} {page.Heading} {page.Location}");
    }

    private async Task<Browser> OperatorAsync()
    {
        if (_operator is null)
        {
            _operator = new Browser(server);
            await _operator.SignInAsync(Person.Alice);
        }

        return _operator;
    }

    private Task<Guid> IdOfAsync(Person person) => server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync(Cancellation));

    private Task<Guid> ClientAsync(string clientId) => server.ReadAsync(db => db.Clients.Where(c => c.ClientId == clientId).Select(c => c.Id).SingleAsync(Cancellation));
}
