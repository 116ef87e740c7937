using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>One keep-alive connection. It shares its processors with what it drives, so it does no more than it must (RFC 9112).</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[64 * 1024];
    private readonly byte[] _body = new byte[64 * 1024];

    /// <summary>Where the next request is written.</summary>
    public byte[] Request { get; } = new byte[16 * 1024];

    public static async Task<Connection> OpenAsync(IPEndPoint server)
    {
        var connection = new Connection();
        try
        {
            await connection._socket.ConnectAsync(server);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends the first <paramref name="length"/> bytes of <see cref="Request"/>, and reads the whole answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Response> SendAsync(int length)
    {
        for (var sent = 0; sent < length;)
        {
            sent += await _socket.SendAsync(Request.AsMemory(sent, length - sent), SocketFlags.None);
        }

        var filled = 0;
        Response response;
        do
        {
            var read = await _socket.ReceiveAsync(_received.AsMemory(filled), SocketFlags.None);
            filled += read > 0 ? read : throw new BenchmarkException("The server closed a connection that should have been kept.");
        }
        while (!TryRead(filled, out response));

        return response;
    }

    public void Dispose() => _socket.Dispose();

    private bool TryRead(int filled, out Response response)
    {
        response = default;
        var bytes = _received.AsSpan(0, filled);
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = end + 4;
        var status = ((bytes[9] - '0') * 100) + ((bytes[10] - '0') * 10) + (bytes[11] - '0');
        var (length, chunked) = Framing(bytes[..end]);
        if (chunked)
        {
            length = Join(bytes[head..]);
            response = new(status, _received.AsMemory(0, head), _body.AsMemory(0, Math.Max(0, length)));
            return length >= 0;
        }

        response = new(status, _received.AsMemory(0, head), _received.AsMemory(head, Math.Min(length, filled - head)));
        return filled - head >= length;
    }

    private static (int Length, bool Chunked) Framing(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf((byte)'\n') is >= 0 and var next)
        {
            head = head[(next + 1)..];
            if (Value(head, "Content-Length:"u8) is { IsEmpty: false } length && Utf8Parser.TryParse(length, out int value, out _))
            {
                return (value, false);
            }

            if (!Value(head, "Transfer-Encoding:"u8).IsEmpty)
            {
                return (0, true);
            }
        }

        return (0, false);
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].TrimStart((byte)' ') : default;

    /// <summary>Puts the chunks into the body; −1 where some are still on their way.</summary>
    private int Join(ReadOnlySpan<byte> chunks)
    {
        var length = 0;
        while (chunks.IndexOf("\r\n"u8) is > 0 and var line && Utf8Parser.TryParse(chunks[..line], out int size, out _, 'x'))
        {
            chunks = chunks[(line + 2)..];
            if (chunks.Length < size + 2)
            {
                return -1;
            }

            if (size == 0)
            {
                return length;
            }

            chunks[..size].CopyTo(_body.AsSpan(length));
            length += size;
            chunks = chunks[(size + 2)..];
        }

        return -1;
    }
}
