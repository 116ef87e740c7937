using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>An app on somebody's phone (RFC 6238), with the key that they typed.</summary>
internal sealed class AuthenticatorApp(string key)
{
    /// <summary>The code of this moment.</summary>
    public string Code()
    {
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // RFC 6238's own choice.
        var hash = HMACSHA1.HashData(Base32(), step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private byte[] Base32()
    {
        var bits = string.Concat(key.Where(char.IsLetterOrDigit)
            .Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
