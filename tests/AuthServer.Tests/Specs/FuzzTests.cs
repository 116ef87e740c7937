using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Specs;

/// <summary>
/// Ten thousand mutated requests to everything that is mapped: no 5xx, nothing hangs, nothing piles up. The seed is fixed, so a failure comes
/// again; it names the request.
/// </summary>
public abstract class FuzzTests(AuthServerFactory server) : SpecFacts(server)
{
    private const int Seed = 9700;
    private const int Requests = 10_000;
    private const int AtOnce = 4;
    private const long MayGrow = 100 * 1024 * 1024;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ten_thousand_hostile_requests()
    {
        Server.Secrets.OnlyIssued = true;
        var endpoints = MappedEndpoint.Of(Server);
        var sealedValues = await SealedValuesAsync();
        var requests = new HostileRequests(Seed, endpoints, sealedValues, [await DoorAsync(null), await DoorAsync(await Server.NewPersonAsync()), await DoorAsync(Alice)]);
        await FireAsync(requests, 0, Requests / 5);
        var before = Heap();

        await FireAsync(requests, Requests / 5, Requests);

        var grown = Heap() - before;
        Assert.True(grown < MayGrow, $"The heap has grown by {grown / 1024 / 1024} MiB.");
        (await Web.RefreshAsync((await Web.SignInAsync(await Server.NewPersonAsync())).RefreshToken)).ShouldBeOk();
    }

    private async Task FireAsync(HostileRequests requests, int from, int to) => await Parallel.ForAsync(
        from,
        to,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation },
        async (number, _) =>
        {
            using var request = requests.Number(number, out var description);
            var asked = $"seed {Seed}, request {number}: {description}";
            try
            {
                using var response = await Server.Http.SendAsync(request, Cancellation).WaitAsync(Hang, Cancellation);
                var text = await response.Content.ReadAsStringAsync(Cancellation).WaitAsync(Hang, Cancellation);
                Assert.True(response.StatusCode < HttpStatusCode.InternalServerError, $"{(int)response.StatusCode} {asked}\n{Fault()}");
                Assert.DoesNotContain("   at AuthServer", text, StringComparison.Ordinal);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Hangs: {asked}");
            }
        });

    private string? Fault() => Server.Log.Lines.LastOrDefault(line => line.Level >= LogLevel.Error)?.Text;

    private async Task<IReadOnlyList<string>> SealedValuesAsync()
    {
        var tokens = await Web.SignInAsync(await Server.NewPersonAsync());
        var waiting = (await NewBrowser().GetAsync(Web.Request().Url)).Location!;
        var form = (await NewBrowser().GetAsync("/Identity/Account/Login")).MainForm()!;
        return
        [
            tokens.AccessToken, tokens.RefreshToken, tokens.IdToken, tokens.Code, tokens.Browser.SessionCookie!,
            Uri.UnescapeDataString(waiting[(waiting.IndexOf("continue", StringComparison.Ordinal) + 13)..]), form.Fields["__RequestVerificationToken"],
        ];
    }

    /// <summary>A browser's cookies and the form token that belongs to them; Alice is an operator.</summary>
    private async Task<(string Cookies, string FormToken)> DoorAsync(Person? person)
    {
        var browser = NewBrowser();
        if (person is not null)
        {
            await browser.SignInAsync(person);
        }

        var page = await browser.GetAsync(person is null ? "/Identity/Account/Login" : "/Identity/Account/Logout");
        return (browser.Cookies, page.MainForm()!.Fields["__RequestVerificationToken"]);
    }

    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

public sealed class SqliteFuzzTests(OpenServer server) : FuzzTests(server), IClassFixture<OpenServer>;

public sealed class PostgreSqlFuzzTests(OpenPostgreSqlServer server) : FuzzTests(server), IClassFixture<OpenPostgreSqlServer>;
