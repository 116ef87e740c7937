using System.Collections.Concurrent;

namespace AuthServer.Benchmarks.Load;

/// <summary>Refreshes so many times, and keeps the access tokens.</summary>
internal sealed class HarvestItem(RefreshItem refresh, int count) : Item("harvest")
{
    private readonly ConcurrentQueue<byte[]> _tokens = new();
    private int _left = count;

    public byte[][] Tokens => [.. _tokens];

    public override int Write(int connection, Span<byte> buffer) =>
        Interlocked.Decrement(ref _left) >= 0 ? refresh.Write(connection, buffer) : 0;

    public override void Check(int connection, in Response response)
    {
        refresh.Check(connection, response);
        _tokens.Enqueue(response.Member("\"access_token\":"u8).ToArray());
    }
}
