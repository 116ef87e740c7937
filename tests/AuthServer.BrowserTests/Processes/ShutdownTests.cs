using System.Net.Sockets;
using System.Text;

namespace AuthServer.BrowserTests.Processes;

/// <summary>SIGTERM, as systemd and containers send it.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    // Well before the lease of a process that was killed would come back, 30 seconds.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Asked_to_stop_it_finishes_what_was_begun_and_gives_back_what_it_held()
    {
        await using var server = await KillableServer.StartNewAsync();
        using var caller = new Caller(server, KillableServer.Resident(1));
        using var other = new Caller(server, KillableServer.Resident(2));
        var (told, revoked) = (await caller.GetTokensAsync(), await other.GetTokensAsync());
        server.Receiver.Holds = true;
        await caller.SignOutAsync();
        await Patience.UntilAsync(() => server.Receiver.Held > 0, Longest, () => server.Output);
        using var begun = await BeginRevocationAsync(server, revoked.RefreshToken);

        server.Terminate();
        await Patience.UntilAsync(() => server.Output.Contains("is shutting down", StringComparison.Ordinal), Longest, () => server.Output);
        var answer = await begun.EndAsync();
        var code = await server.EndAsync(Soon);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Empty(server.Receiver.Accepted);
        (server.Receiver.Holds, server.Receiver.Accepts) = (false, true);
        await server.StartAgainAsync();
        await caller.ShouldBeDeadAsync(told);
        await other.ShouldBeDeadAsync(revoked);
        await Patience.UntilAsync(() => server.Receiver.Accepted.Count > 0, Soon, () => server.Output);
    }

    /// <summary>Sends a request without its content; the server says "continue" where the endpoint asks for it: it is under way.</summary>
    private static async Task<Begun> BeginRevocationAsync(KillableServer server, string token)
    {
        var content = $"token={Uri.EscapeDataString(token)}";
        var pair = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{KillableServer.ClientId}:{KillableServer.Secret}"));
        var address = new Uri(server.Address);
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /connect/revoke HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Basic {pair}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + $"Content-Length: {content.Length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        var said = new byte[64];
        var length = await stream.ReadAsync(said, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(said, 0, length), StringComparison.Ordinal);
        return new Begun(client, content);
    }

    private sealed class Begun(TcpClient client, string content) : IDisposable
    {
        public async Task<string> EndAsync()
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(content), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }

        public void Dispose() => client.Dispose();
    }
}
