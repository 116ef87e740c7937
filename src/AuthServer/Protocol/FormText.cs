using System.Buffers;
using System.Text;

namespace AuthServer.Protocol;

/// <summary>Takes <c>application/x-www-form-urlencoded</c> text apart (WHATWG URL §5.1; RFC 6749 appendix B), always as UTF-8.</summary>
internal static class FormText
{
    private const int MaxName = 256;
    private const int MaxPairs = 128;

    /// <summary>Calls <paramref name="add"/> with each pair in order until it answers false.</summary>
    /// <returns>False where it did, or where there are too many pairs, or a name is too long.</returns>
    public static bool Read(ReadOnlySpan<byte> text, Func<string, string, bool> add)
    {
        var pairs = 0;
        foreach (var range in text.Split((byte)'&'))
        {
            var pair = text[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            var equals = pair.IndexOf((byte)'=');
            var name = equals < 0 ? pair : pair[..equals];
            var value = equals < 0 ? default : pair[(equals + 1)..];
            if (++pairs > MaxPairs || name.Length > MaxName || !add(Decode(name), Decode(value)))
            {
                return false;
            }
        }

        return true;
    }

    private static string Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IndexOfAny((byte)'%', (byte)'+') < 0)
        {
            return Encoding.UTF8.GetString(encoded);
        }

        var decoded = ArrayPool<byte>.Shared.Rent(encoded.Length);
        var length = 0;
        for (var at = 0; at < encoded.Length; at++)
        {
            decoded[length++] = encoded[at] switch
            {
                (byte)'+' => (byte)' ',
                (byte)'%' when Hex(encoded[(at + 1)..]) is { } octet => Skip(octet, ref at),
                var plain => plain,
            };
        }

        var text = Encoding.UTF8.GetString(decoded, 0, length);

        // It may have been a secret.
        ArrayPool<byte>.Shared.Return(decoded, clearArray: true);
        return text;
    }

    private static byte Skip(byte octet, ref int at)
    {
        at += 2;
        return octet;
    }

    // Null where it is no escape: the sign then stands for itself.
    private static byte? Hex(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && char.IsAsciiHexDigit((char)text[0]) && char.IsAsciiHexDigit((char)text[1])
            ? (byte)((Digit(text[0]) << 4) | Digit(text[1]))
            : null;

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
