using AuthServer.BackChannelLogout;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Telemetry;

/// <summary>What a collector is sent: from the request to its statements, from the withdrawal to its notices, and nothing that opens a door.</summary>
public sealed class TraceTests(WatchedServer watched) : SpecFacts(watched), IClassFixture<WatchedServer>
{
    [Fact]
    public async Task Traces_go_from_request_to_statement_and_delivery_and_hold_no_secret()
    {
        var told = await ToldClient.RegisterAsync(Server);
        var tokens = await Web.SignInAsync(Alice);
        await Web.IntrospectAsync(tokens.AccessToken);
        await Web.UserInfoAsync(tokens.AccessToken);
        await Web.RevokeAsync(tokens.RefreshToken);
        await tokens.Browser.GetAsync($"/connect/endsession?id_token_hint={tokens.IdToken}");
        var other = await told.Party.SignInAsync(Alice);
        await other.Browser.SignOutAsync();
        await Server.Services.GetRequiredService<DeliveryDispatcher>().RunOnceAsync(Cancellation);

        var sent = await watched.Collector.ReadUntilAsync("/v1/traces", "acknowledged", Cancellation);

        foreach (var part in new[] { "POST /connect/revoke", "revoke", "write", "UPDATE \"TokenFamilies\"", "client_request", "deliver", "authserver.request.id" })
        {
            Assert.Contains(part, sent, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("url.query", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(Alice.Email, sent, StringComparison.OrdinalIgnoreCase);
        Assert.True(Server.Secrets.Count > 20);
        Server.Secrets.ShouldNotBeIn(sent);
    }

    [Fact]
    public async Task Metrics_are_sent_too()
    {
        (await Server.Client("machine").ClientCredentialsAsync()).ShouldBeOk();

        Assert.Contains("authserver.request.duration", await watched.Collector.ReadUntilAsync("/v1/metrics", "authserver.request.duration", Cancellation), StringComparison.Ordinal);
    }
}
