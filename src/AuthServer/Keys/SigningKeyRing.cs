using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>The keys that sign tokens, from the database, where they lie sealed. Every node signs with the same ones.</summary>
internal sealed partial class SigningKeyRing(
    IDbContextFactory<AuthServerDbContext> contexts, Writes writes, IDataProtectionProvider protection, TimeProvider time, ILogger<SigningKeyRing> logger)
{
    private readonly IDataProtector _seal = protection.CreateProtector("AuthServer.SigningKey");
    private volatile SigningKeySet? _keys;

    /// <summary>The public keys, for verifying what this server signed.</summary>
    public IReadOnlyCollection<SecurityKey> ValidationKeys => Keys.ValidationKeys;

    /// <summary>The public keys as a JWK set (RFC 7517 §5), UTF-8.</summary>
    public ReadOnlyMemory<byte> Jwks => Keys.Jwks;

    private SigningKeySet Keys => _keys ?? throw new InvalidOperationException($"Signing keys are asked for before {nameof(LoadAsync)}.");

    /// <summary>What signs with <paramref name="alg"/>, <c>RS256</c> or <c>ES256</c>.</summary>
    public SigningCredentials Credentials(string alg) => Keys.Credentials(alg);

    /// <summary>Reads the keys, and makes the first of an algorithm that has none.</summary>
    /// <exception cref="StartupException">A key cannot be unsealed.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(cancellationToken);
        var made = SigningKeyForm.Algorithms.Except(stored.Select(key => key.Alg), StringComparer.Ordinal).Select(Make).ToList();
        if (made.Count > 0)
        {
            await writes.RunAsync((db, token) => AddAbsentAsync(db, made, token), cancellationToken);
            stored = await ReadAsync(cancellationToken);
        }

        _keys = new SigningKeySet([.. stored.Select(Unseal)]);
        LogLoaded(logger, stored.Count);
    }

    private async Task<List<SigningKey>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SigningKeys.AsNoTracking().OrderBy(key => key.CreatedAt).ThenBy(key => key.Kid).ToListAsync(cancellationToken);
    }

    private static async Task AddAbsentAsync(AuthServerDbContext db, List<SigningKey> made, CancellationToken cancellationToken)
    {
        // Two nodes at their first start would both find none, and each sign with a key the other does not know.
        await InstallationLock.TakeAsync(db, cancellationToken);
        var present = await db.SigningKeys.Select(key => key.Alg).ToListAsync(cancellationToken);
        db.SigningKeys.AddRange(made.Where(key => !present.Contains(key.Alg, StringComparer.Ordinal)));
        await db.SaveChangesAsync(cancellationToken);
    }

    private SigningKey Make(string alg)
    {
        var pkcs8 = SigningKeyForm.Create(alg);
        try
        {
            return new SigningKey
            {
                Kid = SigningKeyForm.Open(pkcs8, alg).Kid,
                Alg = alg,
                SealedKey = _seal.Protect(pkcs8),
                CreatedAt = time.GetUtcNow().UtcDateTime,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private SigningCredentials Unseal(SigningKey key)
    {
        try
        {
            var pkcs8 = _seal.Unprotect(key.SealedKey);
            try
            {
                var credentials = SigningKeyForm.Open(pkcs8, key.Alg);
                return credentials.Kid == key.Kid ? credentials : throw new CryptographicException("Another key is sealed under this kid.");
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pkcs8);
            }
        }
        catch (CryptographicException fault)
        {
            throw new StartupException(
                $"The signing key {key.Kid} in the database cannot be unsealed: its row is damaged, or the ring it was sealed with is not the one in this database.",
                fault);
        }
    }

    [LoggerMessage(2002, LogLevel.Information, "Loaded {Count} signing key(s).")]
    private static partial void LogLoaded(ILogger logger, int count);
}
