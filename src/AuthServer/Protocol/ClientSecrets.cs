using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Protocol;

/// <summary>
/// Verifies client secrets against their stored hash. A secret that was verified is remembered for this process, keyed to that hash, so
/// that the slow hash is computed once and not at every request; a rotated secret has another hash and is not found.
/// </summary>
internal sealed class ClientSecrets(IPasswordHasher<Client> hasher, CryptoMetrics metrics)
{
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<string, byte[]> _verified = new(StringComparer.Ordinal);
    private readonly Lazy<string> _decoy = new(() => hasher.HashPassword(null!, RandomNumberGenerator.GetHexString(32)));

    /// <summary>Whether this process has verified this very secret of the client before.</summary>
    public bool Remembers(Client? client, string secret) =>
        client?.ClientSecretHash is { } hash && _verified.TryGetValue(hash, out var verified)
        && CryptographicOperations.FixedTimeEquals(verified, Digest(secret));

    /// <summary>The slow way, for what is not remembered. False for an unknown client too, after the same work.</summary>
    public bool Verify(Client? client, string secret)
    {
        metrics.Hashed();
        var hash = client?.ClientSecretHash ?? _decoy.Value;
        if (hasher.VerifyHashedPassword(client!, hash, secret) == PasswordVerificationResult.Failed || client?.ClientSecretHash is null)
        {
            return false;
        }

        if (_verified.Count >= MaxRemembered)
        {
            _verified.Clear();
        }

        _verified[hash] = Digest(secret);
        return true;
    }

    // Quick, so only in memory: it is as secret as the secret.
    private static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
