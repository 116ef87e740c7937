using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Protocol;

/// <summary>
/// Tokens that this process has made itself or found to be ours, and what they say. Only that: whether the key is still good, the token unexpired and alive, is asked at every use.
/// Kept by digest, in two halves of which the older is dropped when the younger is full.
/// </summary>
/// <typeparam name="TContent">What such a token says.</typeparam>
internal sealed class TokenMemory<TContent>
    where TContent : class
{
    private const int Half = 10_000;
    private const int MaxLength = 4096;

    private volatile ConcurrentDictionary<(UInt128, UInt128), TContent> _young = new();
    private volatile ConcurrentDictionary<(UInt128, UInt128), TContent> _old = new();
    private int _count;

    public TContent? Find(string token)
    {
        if (Digest(token) is not { } digest)
        {
            return null;
        }

        if (_young.TryGetValue(digest, out var content))
        {
            return content;
        }

        if (_old.TryGetValue(digest, out content))
        {
            Add(digest, content);
        }

        return content;
    }

    public void Remember(string token, TContent content)
    {
        if (Digest(token) is { } digest)
        {
            Add(digest, content);
        }
    }

    private void Add((UInt128, UInt128) digest, TContent content)
    {
        // It counts every entry by itself; a few more than the half do no harm.
        if (_young.TryAdd(digest, content) && Interlocked.Increment(ref _count) >= Half)
        {
            Interlocked.Exchange(ref _count, 0);
            _old = _young;
            _young = new();
        }
    }

    private static (UInt128, UInt128)? Digest(string token)
    {
        // Encoding anything else might make two tokens one.
        if (token.Length > MaxLength || !Ascii.IsValid(token))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[token.Length];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        return Encoding.ASCII.TryGetBytes(token, bytes, out var length) && SHA256.TryHashData(bytes[..length], digest, out _)
            ? (BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]))
            : null;
    }
}
