using AuthServer.Telemetry;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Xunit.Sdk;

namespace AuthServer.Tests.Telemetry;

/// <summary>What an operator reads: a line for each request, one id for it everywhere, and nothing secret.</summary>
public sealed class LogTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task A_withdrawal_has_the_id_of_its_request_in_the_log()
    {
        var tokens = await Web.SignInAsync(Alice);
        await Web.RevokeAsync(tokens.RefreshToken);

        var entry = await Server.ReadAsync(db => db.Revocations.OrderByDescending(r => r.Id).FirstAsync(r => r.CorrelationId != null, Cancellation));
        Assert.Contains(Server.Log.Lines, line => line.Text.Contains($"RequestId={entry.CorrelationId}", StringComparison.Ordinal) || line.Text.Contains($"RequestId:{entry.CorrelationId}", StringComparison.Ordinal));

        // What was answered well is counted only. The line comes when the request is through, which may be a moment after its answer.
        using var anonymous = new FormUrlEncodedContent([KeyValuePair.Create("token", "x")]);
        await Web.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/connect/revoke") { Content = anonymous });
        bool Told() => Server.Log.Lines.Any(line => line.EventId == 1501 && line.Text.StartsWith("POST /connect/revoke: 401 invalid_client in ", StringComparison.Ordinal));
        for (var look = 0; look < 1000 && !Told(); look++)
        {
            await Web.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/healthz/live"));
        }

        Assert.True(Told());
    }

    [Fact]
    public async Task An_error_page_shows_the_id_whatever_the_caller_says_of_a_trace()
    {
        var browser = NewBrowser();
        browser.Headers["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        var page = await browser.GetAsync("/nothing-here");

        var id = page.Body.Split("Request <code>")[1].Split('<')[0];
        Assert.DoesNotContain("0af7651916cd43dd8448eb211c80319c", id, StringComparison.Ordinal);
        Assert.Contains(Server.Log.Lines, line => line.Text.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_in_a_log_is_found_as_it_is_and_as_an_address_writes_it()
    {
        var secrets = new SecretsSeen();
        secrets.Add("a secret & its friends");
        foreach (var text in new[] { "it is a secret & its friends.", "at /path?x=a%20secret%20%26%20its%20friends" })
        {
            var log = new LogCapture();
            log.CreateLogger("Somebody").Log(LogLevel.Debug, new EventId(1), text, exception: null, (state, _) => state);

            var failure = Assert.ThrowsAny<XunitException>(() => secrets.ShouldNotBeIn(log));
            Assert.DoesNotContain("friends", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("9464", false)]
    [InlineData("https://127.0.0.1:9464", false)]
    [InlineData("http://127.0.0.1:9464/metrics", false)]
    [InlineData("http://127.0.0.1:9464", true)]
    [InlineData("http://*:9464", true)]
    public void The_pages_address_must_be_one(string listen, bool right) => Assert.Equal(
        right, new TelemetryValidator().Validate(name: null, new() { Telemetry = new() { Metrics = new() { Listen = listen } } }).Succeeded);
}
