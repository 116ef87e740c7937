using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;

namespace AuthServer.Account;

/// <summary>A session's public <c>sid</c> with the random key that only its browser knows.</summary>
internal sealed record SessionKey(Guid Sid, byte[] Key)
{
    private const int KeyLength = 32;
    private const string Name = "session";

    /// <summary>What the database keeps of the key.</summary>
    public byte[] Hash => SHA256.HashData(Key);

    public static SessionKey New(Guid sid) => new(sid, RandomNumberGenerator.GetBytes(KeyLength));

    public static SessionKey? FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 16 + KeyLength ? new SessionKey(new Guid(bytes[..16], bigEndian: true), bytes[16..].ToArray()) : null;

    public static SessionKey? Of(AuthenticationProperties properties) => properties.GetParameter<SessionKey>(Name);

    public byte[] ToBytes() => [.. Sid.ToByteArray(bigEndian: true), .. Key];

    public void Put(AuthenticationProperties properties) => properties.SetParameter(Name, this);
}
