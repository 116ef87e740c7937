using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>
/// Names under which nobody can sign in, treated as Identity treats a wrong password: counted, paused after as many tries and for as long, with
/// the same hash and the same statements. Who tries must not learn which accounts there are. Kept in this process, bounded, by hash.
/// </summary>
internal sealed class UnknownNames(IOptions<IdentityOptions> identity, TimeProvider time)
{
    private const int MaxNames = 50_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tries> _names = new(StringComparer.Ordinal);

    /// <summary>Whether a sign-in under this name is not even looked at now.</summary>
    public bool IsPaused(string normalizedName) => PausedUntil(normalizedName) > time.GetUtcNow();

    /// <summary>Counts a failure. True: it begins the pause.</summary>
    public bool Count(string normalizedName)
    {
        var (key, lockout) = (KeyOf(normalizedName), identity.Value.Lockout);
        lock (_gate)
        {
            var failed = (_names.GetValueOrDefault(key)?.Failed ?? 0) + 1;
            MakeRoom();
            _names[key] = failed < lockout.MaxFailedAccessAttempts
                ? new Tries(failed, LockedUntil: null)
                : new Tries(0, time.GetUtcNow() + lockout.DefaultLockoutTimeSpan);
            return _names[key].LockedUntil is not null;
        }
    }

    /// <summary>When the pause for this name ends; null: there is none.</summary>
    public DateTimeOffset? PausedUntil(string normalizedName)
    {
        var key = KeyOf(normalizedName);
        lock (_gate)
        {
            return _names.GetValueOrDefault(key)?.LockedUntil;
        }
    }

    private static string KeyOf(string normalizedName) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(normalizedName)));

    private void MakeRoom()
    {
        if (_names.Count >= MaxNames)
        {
            var now = time.GetUtcNow();
            var kept = _names.OrderByDescending(pair => pair.Value.LockedUntil > now).ThenByDescending(pair => pair.Value.Failed).Take(MaxNames / 2).ToList();
            _names.Clear();
            kept.ForEach(pair => _names.Add(pair.Key, pair.Value));
        }
    }

    private sealed record Tries(int Failed, DateTimeOffset? LockedUntil);
}
