using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>Keeps a used login session from running idle.</summary>
public static class SessionActivity
{
    /// <summary>Use is written at most this often.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromMinutes(1);

    /// <summary>Whether the last written use is old enough to be written again.</summary>
    public static bool IsDue(DateTime lastSeenAt, DateTime now) => lastSeenAt <= now - Resolution;

    /// <summary>Writes the use, inside a unit, where it is due. Never wakes a session that is over.</summary>
    public static Task<int> TouchAsync(AuthServerDbContext db, Guid sid, DateTime now, SessionIdle idle, CancellationToken cancellationToken)
    {
        var (due, plain, persistent) = (now - Resolution, now + idle.Plain, now + idle.Persistent);
        return db.LoginSessions
            .Where(s => s.Id == sid && s.Status == Status.Valid && s.IdleExpiresAt > now && s.LastSeenAt <= due)
            .ExecuteUpdateAsync(
                set => set.SetProperty(s => s.LastSeenAt, now)
                    .SetProperty(s => s.IdleExpiresAt, s => s.Persistent ? persistent : plain),
                cancellationToken);
    }
}
