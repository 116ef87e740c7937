using System.Buffers.Text;
using System.Net;
using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>A request whose bytes are made once, but for one value in it.</summary>
internal sealed class RequestText
{
    private readonly byte[] _before;
    private readonly byte[] _after;
    private readonly byte[]? _form;

    /// <param name="server">Whom it is for.</param>
    /// <param name="line">Method and target.</param>
    /// <param name="header">One more header, up to where the value stands, if it stands there.</param>
    /// <param name="form">The body, up to where the value stands; null: there is none.</param>
    public RequestText(IPEndPoint server, string line, string? header = null, string? form = null)
    {
        var head = $"{line} HTTP/1.1\r\nHost: {server}\r\n{header}";
        var (before, after) = form is null
            ? (head, header is null ? "\r\n" : "\r\n\r\n")
            : ($"{head}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ", "\r\n\r\n");
        (_before, _after) = (Encoding.ASCII.GetBytes(before), Encoding.ASCII.GetBytes(after));
        _form = form is null ? null : Encoding.ASCII.GetBytes(form);
    }

    /// <summary>Writes it with <paramref name="value"/> and returns its length.</summary>
    public int Write(ReadOnlySpan<byte> value, Span<byte> buffer)
    {
        _before.CopyTo(buffer);
        var length = _before.Length;
        if (_form is null)
        {
            Append(value, buffer, ref length);
            Append(_after, buffer, ref length);
            return length;
        }

        Utf8Formatter.TryFormat(_form.Length + value.Length, buffer[length..], out var digits);
        length += digits;
        Append(_after, buffer, ref length);
        Append(_form, buffer, ref length);
        Append(value, buffer, ref length);
        return length;
    }

    private static void Append(ReadOnlySpan<byte> bytes, Span<byte> buffer, ref int length)
    {
        bytes.CopyTo(buffer[length..]);
        length += bytes.Length;
    }
}
