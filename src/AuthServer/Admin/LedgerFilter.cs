using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Which lines of the ledger are asked for; null: whichever. Page, API and export read it alike.</summary>
internal sealed record LedgerFilter
{
    public RevocationCause? Cause { get; init; }

    public Guid? User { get; init; }

    public Guid? Client { get; init; }

    public Guid? Actor { get; init; }

    public DateTime? Since { get; init; }

    public DateTime? Until { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>The newest first.</summary>
    public IOrderedQueryable<RevocationEntry> Of(AuthServerDbContext db)
    {
        var (since, until) = (Since, Until);
        var rows = db.Revocations.AsNoTracking();
        rows = Cause is { } cause ? rows.Where(r => r.Cause == cause) : rows;
        rows = User is { } user ? rows.Where(r => r.UserId == user) : rows;
        rows = Client is { } client ? rows.Where(r => r.ClientId == client) : rows;
        rows = Actor is { } actor ? rows.Where(r => r.ActorId == actor) : rows;
        rows = since is null ? rows : rows.Where(r => r.At >= since);
        rows = until is null ? rows : rows.Where(r => r.At < until);
        rows = CorrelationId is { Length: > 0 } id ? rows.Where(r => r.CorrelationId == id) : rows;
        return rows.OrderByDescending(r => r.At).ThenByDescending(r => r.Id);
    }

    /// <summary>What comes after <paramref name="cursor"/>, and where it goes on; null: that is all.</summary>
    public async Task<(IReadOnlyList<RevocationEntry> Rows, Cursor? Next)> PageAsync(
        AuthServerDbContext db, Cursor? cursor, int size, CancellationToken cancellationToken)
    {
        IQueryable<RevocationEntry> rows = Of(db);
        if (cursor is var (at, id))
        {
            rows = rows.Where(r => r.At <= at && (r.At < at || r.Id < id));
        }

        var found = await rows.Take(size + 1).ToListAsync(cancellationToken);
        return found.Count > size ? (found[..size], new Cursor(found[size - 1].At, found[size - 1].Id)) : (found, null);
    }
}
