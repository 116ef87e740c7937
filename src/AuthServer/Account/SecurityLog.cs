using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Account;

/// <summary>Writes down what happens at a user's door, in the save or unit of the act itself. Who guesses can make no more than some rows an hour.</summary>
internal sealed class SecurityLog(AuthServerDbContext db, IHttpContextAccessor accessor, AuditLog audit, TimeProvider time)
{
    /// <summary>Addresses in an hour that failed sign-ins of one user are kept apart by; whatever comes from more is one row.</summary>
    public const int MaxAddresses = 20;

    private HttpContext? Context => accessor.HttpContext;

    private string? Address => Context?.Connection.RemoteIpAddress?.ToString();

    /// <summary>An event, for the caller to add where the act is written.</summary>
    public SecurityEvent New(Guid userId, SecurityEventKind kind) => New(userId, kind, Address, sessionId: null);

    /// <summary>Adds an event to what Identity's store saves next.</summary>
    public SecurityEvent Add(Guid userId, SecurityEventKind kind)
    {
        var session = Context?.Session() is { } current && current.User.Id == userId ? current.Session.Id : (Guid?)null;
        var noted = New(userId, kind, Address, session);
        db.SecurityEvents.Add(noted);
        return noted;
    }

    /// <summary>
    /// <paramref name="failed"/> with what it counts up, and the row that it replaces (that of nobody: none). One row for each hour and address; a row
    /// is replaced, never changed, so that the first failure of an hour is the same work as the next.
    /// </summary>
    public static (SecurityEvent Row, Guid Replaced) CountedUp(List<SecurityEvent> rows, SecurityEvent failed)
    {
        var address = rows.Count < MaxAddresses || rows.Exists(row => row.Address == failed.Address) ? failed.Address : null;
        var before = rows.Find(row => row.Address == address);
        var row = new SecurityEvent
        {
            Id = failed.Id,
            UserId = failed.UserId,
            Kind = failed.Kind,
            At = before?.At ?? failed.At,
            LastAt = failed.LastAt,
            Count = (before?.Count ?? 0) + 1,
            Address = address,
            UserAgent = failed.UserAgent,
        };
        return (row, before?.Id ?? Guid.Empty);
    }

    /// <summary>Tells the auditor of what was saved.</summary>
    public void Tell(SecurityEvent saved) => audit.Happened(saved);

    /// <summary>What was noted for a save that did not happen must not be saved with another.</summary>
    public void Forget(SecurityEvent noted)
    {
        if (db.Entry(noted) is { State: EntityState.Added or EntityState.Modified } entry)
        {
            entry.State = EntityState.Detached;
        }
    }

    /// <summary>The failed sign-ins of a user since the hour began.</summary>
    public static IQueryable<SecurityEvent> FailuresSince(AuthServerDbContext db, Guid userId, DateTime hour) => db.SecurityEvents
        .Where(e => e.UserId == userId && e.Kind == SecurityEventKind.SignInFailed && e.At >= hour).OrderBy(e => e.Id).Take(MaxAddresses + 1);

    private SecurityEvent New(Guid userId, SecurityEventKind kind, string? address, Guid? sessionId)
    {
        var now = time.GetUtcNow();
        return new SecurityEvent
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            Kind = kind,
            At = now.UtcDateTime,
            LastAt = now.UtcDateTime,
            Address = address,
            UserAgent = Context is { } context ? UserAgents.Kept(context.Request) : null,
            SessionId = sessionId,
        };
    }
}
