using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>The clients that the user has allowed something: what, since when, last used, on which devices. Taking it back is asked on a page of its own.</summary>
[Authorize]
internal sealed class ConnectedAppsModel(AuthServerDbContext db, TimeProvider time) : PageModel
{
    private const int Size = 20;
    private const int MaxDevices = 500;

    /// <summary>Counted from 1.</summary>
    [BindProperty(Name = "page-number", SupportsGet = true)]
    public int Number { get; set; } = 1;

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public bool HasNext { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var userId = HttpContext.Session()!.User.Id;
        Number = Math.Clamp(Number, 1, 10_000);
        var found = await (
            from grant in db.Grants
            where grant.UserId == userId && grant.Status == Status.Valid
            join client in db.Clients on grant.ClientId equals client.Id
            orderby client.ClientName ?? client.ClientId, grant.Id
            select new
            {
                grant.Id,
                Name = client.ClientName ?? client.ClientId,
                grant.Scope,
                Registered = client.Scope,
                grant.FirstGivenAt,
                LastUsedAt = db.TokenFamilies.Where(f => f.GrantId == grant.Id)
                    .Max(f => (DateTime?)(f.RotatedAt > f.CreatedAt ? f.RotatedAt : f.CreatedAt)),
            }).Skip((Number - 1) * Size).Take(Size + 1).ToListAsync(cancellationToken);
        var words = await ScopeWords.OfAsync(db, found.SelectMany(row => ScopeText.Split(row.Scope)), cancellationToken);
        var devices = await DevicesAsync(userId, cancellationToken);
        var sessions = await SessionsAsync(userId, cancellationToken);
        Rows = [.. found.Take(Size).Select(row => new Row(
            row.Id,
            row.Name,
            [.. ScopeText.Split(row.Scope).Where(name => QuotedClaims.IsRegistered(name, row.Registered)).Select(name => (name, words(name)))],
            row.FirstGivenAt,
            row.LastUsedAt,
            sessions.GetValueOrDefault(row.Id),
            [.. devices[row.Id]]))];
        HasNext = found.Count > Size;
    }

    /// <summary>In how many sessions each holds something that is alive.</summary>
    private Task<Dictionary<Guid, int>> SessionsAsync(Guid userId, CancellationToken cancellationToken) =>
        db.AliveFamilies(time.GetUtcNow().UtcDateTime).Where(f => f.UserId == userId && f.SessionId != null)
            .GroupBy(f => f.GrantId)
            .Select(families => new { GrantId = families.Key, Sessions = families.Select(f => f.SessionId).Distinct().Count() })
            .ToDictionaryAsync(row => row.GrantId, row => row.Sessions, cancellationToken);

    /// <summary>No session carries them, so no other page lists them.</summary>
    private async Task<ILookup<Guid, Device>> DevicesAsync(Guid userId, CancellationToken cancellationToken)
    {
        var alive = await db.AliveFamilies(time.GetUtcNow().UtcDateTime)
            .Where(f => f.UserId == userId && f.SessionId == null)
            .OrderByDescending(f => f.CreatedAt).ThenBy(f => f.Id)
            .Select(f => new { f.Id, f.GrantId, f.CreatedAt, LastUsedAt = f.Generation > 0 ? (DateTime?)f.RotatedAt : null })
            .Take(MaxDevices).ToListAsync(cancellationToken);
        return alive.ToLookup(f => f.GrantId, f => new Device(f.Id, f.CreatedAt, f.LastUsedAt));
    }

    /// <summary>One device that the client was allowed on.</summary>
    internal sealed record Device(Guid FamilyId, DateTime Since, DateTime? LastUsedAt);

    /// <summary>One client, as the user allowed it.</summary>
    internal sealed record Row(
        Guid GrantId,
        string Name,
        IReadOnlyList<(string Name, string Words)> Scopes,
        DateTime Since,
        DateTime? LastUsedAt,
        int Sessions,
        IReadOnlyList<Device> Devices);
}
