using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Processes;

/// <summary>What no HTTP client would send, over a socket to real Kestrel: refused or cut off, never a 5xx, and the server goes on.</summary>
public sealed class RawRequestTests(ShopServer server)
{
    private const string Token = "POST /connect/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> Requests => new()
    {
        { "a request line too long", $"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "a query too long", $"GET /connect/authorize?state={new string('a', 20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "headers too long", $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('a', 40_000)}\r\n\r\n" },
        { "too many headers", $"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: y\r\n"))}\r\n" },
        { "NUL in the path", "GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "NUL in the request line", "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "NUL in a header", "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n" },
        { "an overlong path", "GET /%C0%AF%C0%AE HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "a path of surrogates", "GET /%ED%A0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "a broken escape", "GET /%zz%u0041 HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "way out of the root", "GET /css/..%2f..%2f..%2fappsettings.json HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "backslashes out of the root", "GET /css/..\\..\\appsettings.json HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "an absolute target", "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "an asterisk", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n" },
        { "no host", "GET / HTTP/1.1\r\n\r\n" },
        { "two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" },
        { "an impossible host", "GET / HTTP/1.1\r\nHost: <script>\r\n\r\n" },
        { "no version", "GET /\r\n\r\n" },
        { "a version of tomorrow", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n" },
        { "HTTP/1.0", "GET / HTTP/1.0\r\n\r\n" },
        { "bare line feeds", "GET / HTTP/1.1\nHost: localhost\n\n" },
        { "a folded header", "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n" },
        { "a space before the colon", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n" },
        { "a bad chunk size", $"{Token}Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n" },
        { "a chunk longer than said", $"{Token}Transfer-Encoding: chunked\r\n\r\n1\r\nxxxx\r\n0\r\n\r\n" },
        { "a chunk size too big", $"{Token}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx\r\n" },
        { "two transfer codings", $"{Token}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
        { "length and chunks", $"{Token}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "two lengths", $"{Token}Content-Length: 3\r\nContent-Length: 4\r\n\r\na=b" },
        { "a negative length", $"{Token}Content-Length: -1\r\n\r\n" },
        { "a length of 99 digits", $"{Token}Content-Length: {new string('9', 99)}\r\n\r\n" },
        { "a body too long", $"{Token}Content-Length: 99999999999\r\n\r\na=b" },
        { "a body cut off", $"{Token}Content-Length: 100\r\n\r\na=b" },
        { "TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" },
        { "HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { "rubbish", "\xff\xfe\x00\x01\x02\r\n\r\n" },
        { "an upgrade", "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n" },
        { "two in one", "GET /.well-known/jwks HTTP/1.1\r\nHost: localhost\r\n\r\nGET /\0 HTTP/1.1\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task RawRequest_IsRefused(string what, string request)
    {
        var answer = await SendAsync(request);

        Assert.DoesNotContain("HTTP/1.1 5", answer.Split("\r\n\r\n")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectionString", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", answer, StringComparison.Ordinal);
        using var next = await server.Http.GetAsync(new Uri("/.well-known/jwks", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(next.StatusCode == HttpStatusCode.OK, $"After {what}: {next.StatusCode}");
    }

    /// <summary>Sends it, says no more, and reads until the server closes.</summary>
    private async Task<string> SendAsync(string request)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var address = new Uri(server.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
        var answer = new MemoryStream();
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            // Cut off while it was still being sent: an answer, too.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
