using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>
/// The keys that sign tokens, from the database, where they lie sealed. Every node signs with the same ones. They are remembered, and whoever has
/// read the database says which version it has: another one, and they are read again before anything is signed or accepted.
/// </summary>
internal sealed partial class SigningKeyRing(
    PlainReader reader,
    Writes writes,
    SigningKeySeal seal,
    IOptions<AuthServerOptions> options,
    TimeProvider time,
    ILogger<SigningKeyRing> logger) : IDisposable
{
    // A token that is verified a little late, by a clock a little behind.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _reading = new(1);
    private volatile SigningKeySet? _keys;

    /// <summary>The public keys, for verifying what this server signed and is still good.</summary>
    public IReadOnlyCollection<SecurityKey> ValidationKeys => Keys.ValidationKeys;

    /// <summary>All public keys there ever were: for seals of the ledger, and for explaining a token; never to accept one.</summary>
    public IReadOnlyCollection<SecurityKey> EveryKey => Keys.EveryKey;

    /// <summary>The published keys as a JWK set (RFC 7517 §5), UTF-8.</summary>
    public ReadOnlyMemory<byte> Jwks => Keys.Jwks;

    private SigningKeySet Keys => _keys ?? throw new InvalidOperationException($"Signing keys are asked for before {nameof(LoadAsync)}.");

    /// <summary>What signs with <paramref name="alg"/>, <c>RS256</c> or <c>ES256</c>.</summary>
    public SigningCredentials Credentials(string alg) => Keys.Credentials(alg);

    /// <summary>What this key signed is not refused for that.</summary>
    public bool Verifies(string kid) => Keys.Verifies(kid);

    /// <summary>Reads the keys, and makes the first of an algorithm that has none.</summary>
    /// <exception cref="StartupException">A key cannot be unsealed, or one to import cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var imported = options.Value.Keys.Import
            .Select((file, index) => SigningKeyFile.Read(file, $"{AuthServerOptions.Section}:{nameof(AuthServerOptions.Keys)}:{nameof(KeyOptions.Import)}:{index}"))
            .Select(key => seal.Seal(key.Pkcs8, key.Alg, now))
            .ToList();
        var able = (await ReadAsync(cancellationToken)).Keys.Where(key => key.SealedKey is not null).Concat(imported);
        var made = SigningKeyForm.Algorithms.Except(able.Select(key => key.Alg), StringComparer.Ordinal).Select(alg => seal.Make(alg, now)).ToList();
        if (imported.Count + made.Count > 0)
        {
            await writes.RunAsync((db, token) => AddAbsentAsync(db, imported, made, token), cancellationToken);
        }

        await ReloadAsync(version: null, cancellationToken);
    }

    /// <summary>Goes on with the keys remembered where they are of this version, and reads them again where not.</summary>
    public ValueTask EnsureAsync(long version, CancellationToken cancellationToken) =>
        Keys.Version == version ? ValueTask.CompletedTask : new ValueTask(ReloadAsync(version, cancellationToken));

    /// <summary>Asks the database, for those who have not read it; and lets time do its part.</summary>
    /// <returns>Whether the keys are others now.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var version = (await reader.ReadAsync(
            """SELECT i."KeysVersion" FROM "Installation" i""", row => new Reading(row.GetInt64(0), Key: null), cancellationToken))[0].Version;
        if (version == Keys.Version && !(Keys.ChangesAt <= time.GetUtcNow().UtcDateTime))
        {
            return false;
        }

        await ReloadAsync(version: null, cancellationToken);
        return true;
    }

    /// <summary>All keys there ever were, and where each is in its life.</summary>
    public async Task<IReadOnlyList<ScheduledKey>> ListAsync(CancellationToken cancellationToken) =>
        Schedule((await ReadAsync(cancellationToken)).Keys);

    public void Dispose() => _reading.Dispose();

    private IReadOnlyList<ScheduledKey> Schedule(IEnumerable<SigningKey> keys)
    {
        var lifetimes = options.Value.Lifetimes;
        var longest = lifetimes.AccessToken > lifetimes.IdToken ? lifetimes.AccessToken : lifetimes.IdToken;
        return ScheduledKey.Of(keys, time.GetUtcNow().UtcDateTime, longest + Margin);
    }

    private async Task ReloadAsync(long? version, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            // Another request was here first.
            if (version is null || _keys?.Version != version)
            {
                var (keys, current) = await ReadAsync(cancellationToken);
                _keys = new SigningKeySet([.. Schedule(keys).Select(seal.Open)], current);
                LogLoaded(logger, keys.Count);
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    // In one statement: the keys are those of the version.
    private async Task<(List<SigningKey> Keys, long Version)> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await reader.ReadAsync(
            $"""SELECT i."KeysVersion", {SigningKey.Columns} FROM "Installation" i LEFT JOIN "SigningKeys" k ON 1 = 1""",
            row => new Reading(row.GetInt64(0), row.IsDBNull(1) ? null : SigningKey.Read(row, 1)),
            cancellationToken);
        return ([.. rows.Select(row => row.Key).OfType<SigningKey>()], rows[0].Version);
    }

    private static async Task AddAbsentAsync(
        AuthServerDbContext db, List<SigningKey> imported, List<SigningKey> made, CancellationToken cancellationToken)
    {
        // Two nodes at their first start would both find none, and each sign with a key the other does not know.
        await InstallationLock.TakeAsync(db, cancellationToken);
        var present = await db.SigningKeys.Select(key => new { key.Kid, key.Alg, Able = key.SealedKey != null }).ToListAsync(cancellationToken);
        List<SigningKey> absent =
        [
            .. imported.Where(key => !present.Exists(other => other.Kid == key.Kid)),
            .. made.Where(key => !present.Exists(other => other.Able && other.Alg == key.Alg)),
        ];
        if (absent.Count > 0)
        {
            db.SigningKeys.AddRange(absent);
            await db.SaveChangesAsync(cancellationToken);
            await KeysVersion.StepAsync(db, cancellationToken);
        }
    }

    [LoggerMessage(2002, LogLevel.Information, "Loaded {Count} signing key(s).")]
    private static partial void LogLoaded(ILogger logger, int count);

    private sealed record Reading(long Version, SigningKey? Key);
}
