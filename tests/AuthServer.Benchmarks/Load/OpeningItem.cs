using System.Collections.Concurrent;

namespace AuthServer.Benchmarks.Load;

/// <summary>Opens token families for somebody who is signed in: the authorization request, and the code it answers with.</summary>
internal sealed class OpeningItem(ServerProcess server, BenchmarkClient client, string cookies, int count) : Item("opening")
{
    private readonly RequestText _authorize = new(
        server.EndPoint,
        $"GET /connect/authorize?response_type=code&client_id={client.ClientId}&scope=openid&redirect_uri={Uri.EscapeDataString(BenchmarkClient.RedirectUri)}",
        cookies);

    private readonly RequestText _redeem = new(
        server.EndPoint,
        "POST /connect/token",
        client.Authorization,
        $"grant_type=authorization_code&redirect_uri={Uri.EscapeDataString(BenchmarkClient.RedirectUri)}&code=");

    private readonly ConcurrentDictionary<int, byte[]> _codes = new();
    private readonly ConcurrentQueue<Family> _opened = new();
    private int _left = count;

    public IReadOnlyList<Family> Opened => [.. _opened];

    public override int Write(int connection, Span<byte> buffer) =>
        _codes.TryGetValue(connection, out var code) ? _redeem.Write(code, buffer)
        : Interlocked.Decrement(ref _left) >= 0 ? _authorize.Write([], buffer)
        : 0;

    public override void Check(int connection, in Response response)
    {
        if (_codes.TryRemove(connection, out _))
        {
            var (refresh, access) = (response.Member("\"refresh_token\":"u8), response.Member("\"access_token\":"u8));
            if (response.Status != 200 || refresh.IsEmpty || access.IsEmpty)
            {
                throw response.Wrong("a code");
            }

            _opened.Enqueue(new Family(refresh.ToArray(), access.ToArray()));
            return;
        }

        var head = response.Head.Span;
        var at = head.IndexOf("?code="u8);
        if (response.Status != 303 || at < 0)
        {
            throw response.Wrong("an authorization request");
        }

        head = head[(at + "?code=".Length)..];
        _codes[connection] = head[..head.IndexOfAny("&\r"u8)].ToArray();
    }
}
