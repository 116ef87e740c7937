using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Mail;

/// <summary>
/// Mail that people asked for: written down by the request, sent behind it by whichever node leases it. A mail is tried for an hour, later it
/// would be good for nothing; sent or given up, its row goes.
/// </summary>
internal sealed class OwedMails(IDbContextFactory<AuthServerDbContext> contexts, Writes writes, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public Task OweAsync(OwedMailKind kind, Guid? userId, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return writes.RunAsync(
            async (db, token) =>
            {
                db.OwedMails.Add(new OwedMail
                {
                    Id = Guid.CreateVersion7(now), Kind = kind, UserId = userId, Address = address, CreatedAt = now.UtcDateTime, NextAttemptAt = now.UtcDateTime,
                });
                await db.SaveChangesAsync(token);
            },
            cancellationToken);
    }

    /// <summary>Takes the oldest that is due. Null: nothing is, or another node was faster.</summary>
    public async Task<OwedMail?> LeaseAsync(CancellationToken cancellationToken)
    {
        var now = Now;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var oldest = await db.OwedMails.AsNoTracking().Where(m => m.NextAttemptAt <= now && (m.LeasedUntil == null || m.LeasedUntil <= now))
            .OrderBy(m => m.NextAttemptAt).ThenBy(m => m.Id).FirstOrDefaultAsync(cancellationToken);
        if (oldest is null)
        {
            return null;
        }

        DateTime until = now + Lease;
        var leased = await writes.RunAsync(
            (unit, token) => Held(unit, oldest).ExecuteUpdateAsync(
                set => set.SetProperty(m => m.LeasedUntil, until).SetProperty(m => m.Attempts, m => m.Attempts + 1), token),
            cancellationToken);
        (oldest.LeasedUntil, oldest.Attempts) = (until, oldest.Attempts + 1);
        return leased == 1 ? oldest : null;
    }

    /// <summary>Nobody waits for it any more.</summary>
    public bool IsOverdue(OwedMail leased) => Now > leased.CreatedAt + Patience;

    /// <summary>It is sent, or is not to be tried again.</summary>
    public Task DoneAsync(OwedMail leased, CancellationToken cancellationToken) =>
        writes.RunAsync((db, token) => Held(db, leased).ExecuteDeleteAsync(token), cancellationToken);

    /// <summary>Tries it again later. False: it has been tried for long enough, and is given up.</summary>
    public async Task<bool> AgainAsync(OwedMail leased, CancellationToken cancellationToken)
    {
        var next = Now + TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, TimeSpan.FromSeconds(Math.Pow(2, Math.Min(leased.Attempts, 20))).Ticks));
        if (next > leased.CreatedAt + Patience)
        {
            await DoneAsync(leased, cancellationToken);
            return false;
        }

        await writes.RunAsync(
            (db, token) => Held(db, leased).ExecuteUpdateAsync(
                set => set.SetProperty(m => m.NextAttemptAt, next).SetProperty(m => m.LeasedUntil, (DateTime?)null), token),
            cancellationToken);
        return true;
    }

    private static IQueryable<OwedMail> Held(AuthServerDbContext db, OwedMail read)
    {
        var (id, until) = (read.Id, read.LeasedUntil);
        return db.OwedMails.Where(m => m.Id == id && m.LeasedUntil == until);
    }
}
