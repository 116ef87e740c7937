using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants.Entities;

namespace AuthServer.Import;

/// <summary>What tells a scope, client or user of an import file from the others of its kind.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, the <c>client_id</c>, or the normalized e-mail address.</param>
internal sealed record ImportedName(ImportedKind Kind, string Name)
{
    /// <summary>What is written down of it.</summary>
    public byte[] Digest() => SHA256.HashData(Encoding.UTF8.GetBytes(Name));

    // The default would print an e-mail address.
    public override string ToString() => Kind.ToString();
}
