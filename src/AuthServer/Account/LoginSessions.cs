using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>Login sessions: begun at sign-in, kept alive by use, found by what the cookie holds.</summary>
internal sealed class LoginSessions(
    AuthServerDbContext db, Writes writes, RevocationCascade cascade, SecurityLog log, IOptions<AuthServerOptions> options, TimeProvider time)
{
    private LifetimeOptions Lifetimes => options.Value.Lifetimes;

    /// <summary>The live session that the cookie names; its use is written down once a minute.</summary>
    public async Task<SessionState?> FindAsync(SessionKey key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var state = await db.FindSessionAsync(key.Sid, key.Hash, now, cancellationToken);
        if (state is not null && SessionActivity.IsDue(state.Session.LastSeenAt, now))
        {
            var idle = new SessionIdle(Lifetimes.SessionIdle, Lifetimes.PersistentSessionIdle);
            await writes.RunAsync((unit, token) => SessionActivity.TouchAsync(unit, key.Sid, now, idle, token), cancellationToken);
        }

        return state;
    }

    /// <summary>
    /// Begins a session for <paramref name="userId"/> in this browser. The same user keeps the session there is, under a new key; anybody else's
    /// ends through the cascade, in the same transaction: a planted cookie never becomes the victim's.
    /// </summary>
    public async Task<(SessionKey Key, DateTime ExpiresAt)> BeginAsync(
        HttpContext context, Guid userId, int userEpoch, string amr, bool persistent, CancellationToken cancellationToken)
    {
        var current = context.Session();

        // Who asks is asked here: a unit may run where there is no request.
        var signedIn = log.New(userId, SecurityEventKind.SignedIn);
        var (key, expiresAt) = await writes.RunAsync(
            async (unit, token) =>
            {
                var begun = current?.User.Id == userId && await RenewAsync(unit, current.Session, amr, token) is { } renewed
                    ? renewed
                    : await ReplaceAsync(unit, context, current, NewSession(context, userId, userEpoch, amr, persistent), token);
                signedIn.SessionId = begun.Key.Sid;
                unit.SecurityEvents.Add(signedIn);
                await unit.SaveChangesAsync(token);
                return begun;
            },
            cancellationToken);
        log.Tell(signedIn);
        return (key, expiresAt);
    }

    private async Task<(SessionKey Key, DateTime ExpiresAt)?> RenewAsync(
        AuthServerDbContext unit, LoginSession session, string amr, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var key = SessionKey.New(session.Id);
        var hash = key.Hash;
        var renewed = await unit.AliveSessions(now).Where(s => s.Id == session.Id).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.KeyHash, hash).SetProperty(s => s.AuthTime, now).SetProperty(s => s.Amr, amr), cancellationToken);
        return renewed == 1 ? (key, session.ExpiresAt) : null;
    }

    private async Task<(SessionKey Key, DateTime ExpiresAt)> ReplaceAsync(
        AuthServerDbContext unit,
        HttpContext context,
        SessionState? current,
        (LoginSession Session, SessionKey Key) next,
        CancellationToken cancellationToken)
    {
        if (current is not null)
        {
            await cascade.RevokeAsync(
                unit,
                new RevocationTarget.Session(current.Session.Id),
                RevocationCause.SignInAsAnother,
                context.ByUser(current.User.Id),
                cancellationToken);
        }

        unit.LoginSessions.Add(next.Session);
        return (next.Key, next.Session.ExpiresAt);
    }

    private (LoginSession Session, SessionKey Key) NewSession(HttpContext context, Guid userId, int userEpoch, string amr, bool persistent)
    {
        var now = time.GetUtcNow();
        var key = SessionKey.New(Guid.CreateVersion7(now));
        var session = new LoginSession
        {
            Id = key.Sid,
            UserId = userId,
            KeyHash = key.Hash,
            CreatedAt = now.UtcDateTime,
            AuthTime = now.UtcDateTime,
            LastSeenAt = now.UtcDateTime,
            IdleExpiresAt = now.UtcDateTime + (persistent ? Lifetimes.PersistentSessionIdle : Lifetimes.SessionIdle),
            ExpiresAt = now.UtcDateTime + (persistent ? Lifetimes.PersistentSession : Lifetimes.Session),
            Persistent = persistent,
            Address = context.Connection.RemoteIpAddress?.ToString(),
            UserAgent = UserAgents.Kept(context.Request),
            Amr = amr,
            UserEpoch = userEpoch,
        };
        return (session, key);
    }
}
