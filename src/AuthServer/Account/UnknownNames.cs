using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>
/// Names under which nobody can sign in, treated as Identity treats a wrong password: counted, paused after as many tries and for as long, with
/// the same hash and the same kind of write. Who tries must not learn which accounts there are. Kept in this process, bounded, by hash.
/// </summary>
internal sealed class UnknownNames(DecoyPassword decoy, Writes writes, IOptions<IdentityOptions> identity, AuditLog audit, TimeProvider time)
{
    private const int MaxNames = 50_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tries> _names = new(StringComparer.Ordinal);

    /// <summary>Failed, or locked out: what a wrong password at this moment would give somebody of this name.</summary>
    public async Task<SignInResult> FailAsync(string normalizedName, string password, string? address)
    {
        var key = KeyOf(normalizedName);
        if (IsLockedOut(key))
        {
            return SignInResult.LockedOut;
        }

        decoy.Verify(password);
        await WriteInVainAsync();
        audit.SignInFailed(userId: null, address);
        return Count(key) ? SignInResult.LockedOut : SignInResult.Failed;
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

    private bool IsLockedOut(string key)
    {
        lock (_gate)
        {
            return _names.TryGetValue(key, out var tries) && tries.LockedUntil > time.GetUtcNow();
        }
    }

    private bool Count(string key)
    {
        var lockout = identity.Value.Lockout;
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

    // A real user's failure looks for those of this hour and is written and flushed; so is this, and nothing is left of it.
    private Task WriteInVainAsync()
    {
        var row = new UsedOnce { Digest = RandomNumberGenerator.GetBytes(32), ExpiresAt = time.GetUtcNow().UtcDateTime };
        return writes.RunAsync(
            async (unit, token) =>
            {
                await SecurityLog.OfHour(unit, Guid.Empty, row.ExpiresAt).AsNoTracking().ToListAsync(token);
                unit.UsedOnce.Add(row);
                await unit.SaveChangesAsync(token);
                await unit.UsedOnce.Where(used => used.Digest == row.Digest).ExecuteDeleteAsync(token);
            },
            CancellationToken.None);
    }

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
