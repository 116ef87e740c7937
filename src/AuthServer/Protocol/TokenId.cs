using System.Buffers.Text;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuthServer.Protocol;

/// <summary>
/// The <c>jti</c> of an access token. It names what the token hangs from, so that an access token needs no row: its family, or, where no user
/// is involved, the client's row with the epochs it was issued under.
/// </summary>
internal abstract record TokenId
{
    private const int RandomLength = 12;

    private TokenId(string text) => Text = text;

    /// <summary>As it stands in the token: base64url.</summary>
    public string Text { get; }

    public static OfFamily ForFamily(Guid familyId)
    {
        Span<byte> bytes = stackalloc byte[1 + 16 + RandomLength];
        bytes[0] = 1;
        familyId.TryWriteBytes(bytes[1..], bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes[17..]);
        return new OfFamily(Base64Url.EncodeToString(bytes), familyId);
    }

    public static OfClient ForClient(Guid clientId, int clientEpoch, long installationEpoch)
    {
        Span<byte> bytes = stackalloc byte[1 + 16 + 4 + 8 + RandomLength];
        bytes[0] = 2;
        clientId.TryWriteBytes(bytes[1..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[17..], clientEpoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes[21..], installationEpoch);
        RandomNumberGenerator.Fill(bytes[29..]);
        return new OfClient(Base64Url.EncodeToString(bytes), clientId, clientEpoch, installationEpoch);
    }

    /// <summary>Null where <paramref name="text"/> is no <c>jti</c> of ours.</summary>
    public static TokenId? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        if (text.Length > 80 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length))
        {
            return null;
        }

        return (length, bytes[0]) switch
        {
            (1 + 16 + RandomLength, 1) => new OfFamily(text, new Guid(bytes[1..17], bigEndian: true)),
            (1 + 16 + 4 + 8 + RandomLength, 2) => new OfClient(
                text,
                new Guid(bytes[1..17], bigEndian: true),
                BinaryPrimitives.ReadInt32BigEndian(bytes[17..]),
                BinaryPrimitives.ReadInt64BigEndian(bytes[21..])),
            _ => null,
        };
    }

    /// <summary>Of a token that a user's grant allowed.</summary>
    public sealed record OfFamily(string Id, Guid FamilyId) : TokenId(Id);

    /// <summary>Of a client-credentials token.</summary>
    public sealed record OfClient(string Id, Guid ClientId, int ClientEpoch, long InstallationEpoch) : TokenId(Id);
}
