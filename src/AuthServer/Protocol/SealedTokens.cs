using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Protocol;

/// <summary>
/// Seals codes, device codes, refresh tokens and opaque access tokens with Data Protection. One purpose for all and the kind inside: a token is opened
/// once, whatever the client's hint says, and none can be taken for another.
/// </summary>
internal sealed class SealedTokens(IDataProtectionProvider dataProtection)
{
    private const byte CodeKind = 1;
    private const byte RefreshKind = 2;
    private const byte AccessKind = 3;
    private const byte DeviceKind = 4;
    private const int StampLength = 16;
    private const int MaxLength = 16 * 1024;

    // RFC 4648 §5.
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly IDataProtector _protector = dataProtection.CreateProtector("AuthServer.Tokens.v1");

    // Opening one derives keys anew each time.
    private readonly TokenMemory<SealedToken> _known = new();

    public string Seal(SealedToken token)
    {
        var text = WebEncoders.Base64UrlEncode(_protector.Protect(Write(token)));
        _known.Remember(text, token);
        return text;
    }

    /// <summary>Null for anything we did not seal.</summary>
    public SealedToken? Open(string text)
    {
        // A JWT, as a rule: refused here it costs no exception. Nor is a token with padding or blanks the one we gave out.
        if (text.Length is 0 or > MaxLength || text.AsSpan().ContainsAnyExcept(Alphabet))
        {
            return null;
        }

        if (_known.Find(text) is { } known)
        {
            return known;
        }

        try
        {
            if (Read(_protector.Unprotect(WebEncoders.Base64UrlDecode(text))) is { } token)
            {
                _known.Remember(text, token);
                return token;
            }

            return null;
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static byte[] Write(SealedToken token)
    {
        switch (token)
        {
            case SealedToken.Code code:
                return [CodeKind, .. code.FamilyId.ToByteArray(bigEndian: true)];
            case SealedToken.Device device:
                return [DeviceKind, .. device.DeviceAuthorizationId.ToByteArray(bigEndian: true)];
            case SealedToken.Refresh refresh:
                var generation = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32BigEndian(generation, refresh.Generation);
                return [RefreshKind, .. refresh.FamilyId.ToByteArray(bigEndian: true), .. generation, .. refresh.Stamp];
            case SealedToken.Access access:
                return [AccessKind, .. JsonSerializer.SerializeToUtf8Bytes(access.Content)];
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static SealedToken? Read(ReadOnlySpan<byte> bytes) => (bytes.Length, bytes[0]) switch
    {
        (1 + 16, CodeKind) => new SealedToken.Code(new Guid(bytes[1..17], bigEndian: true)),
        (1 + 16, DeviceKind) => new SealedToken.Device(new Guid(bytes[1..17], bigEndian: true)),
        (1 + 16 + sizeof(int) + StampLength, RefreshKind) => new SealedToken.Refresh(
            new Guid(bytes[1..17], bigEndian: true), BinaryPrimitives.ReadInt32BigEndian(bytes[17..]), bytes[21..].ToArray()),
        (_, AccessKind) => new SealedToken.Access(JsonSerializer.Deserialize<AccessTokenContent>(bytes[1..])!),
        _ => null,
    };
}
