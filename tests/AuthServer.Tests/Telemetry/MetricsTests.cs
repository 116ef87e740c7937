using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using AuthServer.BackChannelLogout;
using AuthServer.Telemetry;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Telemetry;

/// <summary>What an operator watches, read as a scraper does.</summary>
public sealed class MetricsTests(WatchedServer server) : SpecFacts(server), IClassFixture<WatchedServer>, IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(server.Services.GetRequiredService<MetricsListener>().Address!) };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Requests_are_counted_by_endpoint_and_outcome()
    {
        const string ok = """authserver_request_duration_seconds_count{endpoint="/connect/token",outcome="ok"}""";
        const string refused = """authserver_request_duration_seconds_count{endpoint="/connect/token",outcome="invalid_grant"}""";
        var before = await ScrapeAsync();

        (await Server.Client("machine").ClientCredentialsAsync()).ShouldBeOk();
        (await Web.RefreshAsync("forged")).ShouldBeInvalidGrant();

        var after = await ScrapeAsync(until: page => page.Value(ok) > before.Value(ok) && page.Value(refused) > before.Value(refused));
        Assert.Equal((1, 1), (after.Value(ok) - before.Value(ok), after.Value(refused) - before.Value(refused)));
        Assert.Equal(
            after.Value(ok), after.Value("""authserver_request_duration_seconds_bucket{endpoint="/connect/token",outcome="ok",le="+Inf"}"""));
    }

    [Fact]
    public async Task What_callers_make_up_is_no_tag()
    {
        var before = (await ScrapeAsync()).NotFound;
        await Web.SendAsync(new HttpRequestMessage(new HttpMethod("MADEUP"), "/made-up/secret-path?made=up"));
        await NewBrowser().GetAsync("/made-up/page");

        var page = await ScrapeAsync(until: page => page.NotFound >= before + 2);
        Assert.True(page.NotFound >= before + 2, page.Text);
        Assert.DoesNotContain("made", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Server.Log.Lines, line => line.EventId == 1501 && line.Text.Contains("made", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_withdrawal_says_how_long_it_took_to_its_effect()
    {
        var (first, second) = (await Web.SignInAsync(Alice), await Web.SignInAsync(Alice));
        var before = await ScrapeAsync();

        await Web.RevokeAsync(first.RefreshToken);
        await Web.RevokeAsync(first.RefreshToken);
        Server.Watch.BeforeCommit = () => throw new InjectedFault();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Web.RevokeAsync(second.RefreshToken)).Status);
        Server.Watch.BeforeCommit = null;

        // The second found nothing, the third was never committed: neither took effect.
        var after = await ScrapeAsync();
        foreach (var metric in new[] { "authserver_revocations_total", "authserver_revocation_effect_seconds_count" })
        {
            var series = $$"""{{metric}}{cause="client_request"}""";
            Assert.Equal(1, after.Value(series) - before.Value(series));
        }

        Assert.True(after.Value("""authserver_revocation_effect_seconds_sum{cause="client_request"}""") > 0);
    }

    [Fact]
    public async Task Statements_are_counted_for_the_request_also_those_behind_the_door_for_writes()
    {
        const string count = """authserver_request_statements_count{endpoint="/connect/revoke"}""";
        const string sum = """authserver_request_statements_sum{endpoint="/connect/revoke"}""";
        List<(double Counted, double Seen)> tries = [];
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var tokens = await Web.SignInAsync(Alice);
            var before = await ScrapeAsync();
            var seen = Server.Watch.Statements.Count;

            await Web.RevokeAsync(tokens.RefreshToken);

            var statements = Server.Watch.Statements.Count - seen;
            var after = await ScrapeAsync(until: page => page.Value(count) > before.Value(count));
            Assert.Equal(1, after.Value(count) - before.Value(count));
            tries.Add((after.Value(sum) - before.Value(sum), statements));
        }

        // Both are behind the door. What is seen beyond them are jobs that ran behind one try or another, never behind all.
        Assert.All(tries, once => Assert.InRange(once.Counted, 2, once.Seen));
        Assert.Contains(tries, once => once.Counted == once.Seen);
    }

    [Fact]
    public async Task Discovery_asks_the_database_nothing()
    {
        await Web.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration"));

        Assert.Equal(0, (await ScrapeAsync()).Value("""authserver_request_statements_sum{endpoint="/.well-known/openid-configuration"}"""));
    }

    [Fact]
    public async Task Deliveries_have_an_age_and_attempts()
    {
        var told = await ToldClient.RegisterAsync(Server);
        await (await told.Party.SignInAsync(Alice)).Browser.SignOutAsync();
        Clock.Advance(TimeSpan.FromSeconds(7));

        await Server.Services.GetRequiredService<DeliveryDispatcher>().RunOnceAsync(Cancellation);

        var page = await ScrapeAsync();
        const string tags = """{kind="back_channel_logout",outcome="acknowledged"}""";
        Assert.Equal((1, 1, 1), (page.Value("authserver_deliveries_total" + tags), page.Value("authserver_delivery_age_seconds_count" + tags), page.Value("authserver_delivery_attempts_sum" + tags)));
        Assert.InRange(page.Value("authserver_delivery_age_seconds_sum" + tags), 7, 8);
    }

    [Fact]
    public async Task The_page_has_its_own_address_and_nothing_else_is_there()
    {
        using var page = await _http.GetAsync("/metrics", Cancellation);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/healthz/ready", Cancellation)).StatusCode);
        foreach (var path in new[] { "/", "/connect/token", "/.well-known/openid-configuration", "/admin", "/css/site.css" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(path, Cancellation)).StatusCode);
        }

        using var disguised = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        disguised.Headers.Host = _http.BaseAddress!.Authority;
        Assert.Equal(HttpStatusCode.NotFound, (await Web.SendAsync(disguised)).Status);
    }

    [Fact]
    public async Task The_page_is_well_formed()
    {
        var lines = (await ScrapeAsync()).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("# TYPE authserver_write_waiting gauge", lines);
        Assert.Contains(lines, line => line.StartsWith("dotnet_", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Matches("""^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{([a-z_]+="([^"\\]|\\.)*",?)+\})? [0-9.E+-]+)$""", line));
        Assert.Equal(lines.Length, lines.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Labels_are_escaped_and_buckets_add_up()
    {
        using var meter = new Meter("made for a test");
        var family = new MetricFamily(meter.CreateHistogram("a.b", "s", "What\nit is", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] }));
        foreach (var value in new[] { 0.5, 1, 1.5, 9 })
        {
            family.Record(value, [new("a", "\"\\\n")]);
        }

        var page = new System.Text.StringBuilder();
        family.WriteTo(page);
        Assert.Equal(
            """
            # HELP a_b_seconds What\nit is
            # TYPE a_b_seconds histogram
            a_b_seconds_bucket{a="\"\\\n",le="1"} 2
            a_b_seconds_bucket{a="\"\\\n",le="2"} 3
            a_b_seconds_bucket{a="\"\\\n",le="+Inf"} 4
            a_b_seconds_sum{a="\"\\\n"} 12
            a_b_seconds_count{a="\"\\\n"} 4

            """,
            page.ToString(),
            ignoreLineEndingDifferences: true);
    }

    private async Task<Scrape> ScrapeAsync() => new(await _http.GetStringAsync("/metrics", Cancellation));

    /// <summary>A request is counted when it is through, which may be a moment after its answer has come.</summary>
    private async Task<Scrape> ScrapeAsync(Func<Scrape, bool> until)
    {
        var page = await ScrapeAsync();
        for (var look = 0; look < 1000 && !until(page); look++)
        {
            page = await ScrapeAsync();
        }

        return page;
    }

    private sealed record Scrape(string Text)
    {
        /// <summary>Requests for what is not there: of no endpoint, or, where a person is told so, of the error page.</summary>
        public double NotFound => Text.Split('\n')
            .Where(line => line.StartsWith("authserver_request_duration_seconds_count{", StringComparison.Ordinal) && line.Contains("outcome=\"404\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ')), CultureInfo.InvariantCulture));

        public double Value(string series) =>
            Text.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } line
                ? double.Parse(line.AsSpan(series.Length), CultureInfo.InvariantCulture)
                : 0;
    }
}
