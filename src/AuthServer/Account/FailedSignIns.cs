using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>
/// Counts a failed sign-in, pauses the account after as many as Identity is told, and writes both into its history. A name that nobody has goes
/// the same way, statement by statement, and leaves nothing: who measures learns nothing. Counting is the update's own, so guesses at once all count.
/// </summary>
internal sealed class FailedSignIns(Writes writes, SecurityLog log, AuditLog audit, IOptions<IdentityOptions> identity, TimeProvider time)
{
    /// <summary>The user as the row is now; null: there is none of this id any more.</summary>
    public Task<User?> WriteAsync(Guid userId) => WriteAsync(userId, pausesNobody: false);

    /// <summary>The same for a name that nobody has.</summary>
    /// <param name="pauses">Whether this failure begins its pause.</param>
    public Task WriteForNobodyAsync(bool pauses) => WriteAsync(Guid.CreateVersion7(time.GetUtcNow()), pauses);

    private async Task<User?> WriteAsync(Guid userId, bool pausesNobody)
    {
        var now = time.GetUtcNow();
        var hour = new DateTime(now.Year, now.Month, now.Day, now.Hour, 0, 0, DateTimeKind.Utc);
        var (most, until, stamp) = (identity.Value.Lockout.MaxFailedAccessAttempts, now + identity.Value.Lockout.DefaultLockoutTimeSpan, RandomNumberGenerator.GetHexString(32));

        // Who asks is asked here: a unit may run where there is no request.
        var (failed, paused) = (log.New(userId, SecurityEventKind.SignInFailed), log.New(userId, SecurityEventKind.SignInPaused));
        var written = await writes.RunAsync(
            async (unit, token) =>
            {
                await CountAsync(unit, userId, most, until, stamp, token);
                var user = await unit.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, token);
                var rows = await SecurityLog.FailuresSince(unit, userId, hour).AsNoTracking().ToListAsync(token);
                var (row, replaced) = SecurityLog.CountedUp(rows, failed);
                unit.SecurityEvents.Add(row);
                if (user is null ? pausesNobody : user.AccessFailedCount == 0)
                {
                    unit.SecurityEvents.Add(paused);
                }

                await unit.SaveChangesAsync(token);
                var nobody = user is null ? userId : Guid.Empty;
                await unit.SecurityEvents.Where(e => e.Id == replaced || e.UserId == nobody).ExecuteDeleteAsync(token);
                return user;
            },
            CancellationToken.None);
        Tell(written, failed, paused);
        return written;
    }

    private void Tell(User? user, SecurityEvent failed, SecurityEvent paused)
    {
        if (user is null)
        {
            audit.SignInFailed(userId: null, failed.Address);
            return;
        }

        audit.Happened(failed);
        if (user.AccessFailedCount == 0)
        {
            audit.Happened(paused);
        }
    }

    private static Task<int> CountAsync(AuthServerDbContext unit, Guid userId, int most, DateTimeOffset? until, string stamp, CancellationToken cancellationToken) =>
        unit.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.LockoutEnd, u => u.AccessFailedCount + 1 >= most ? until : u.LockoutEnd)
                .SetProperty(u => u.AccessFailedCount, u => u.AccessFailedCount + 1 >= most ? 0 : u.AccessFailedCount + 1)
                .SetProperty(u => u.ConcurrencyStamp, stamp),
            cancellationToken);
}
