using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Account;

/// <summary>Everything that is kept about one user, for them to have; no hash, key or stamp of it.</summary>
internal sealed class PersonalData(AuthServerDbContext db, SecurityHistory history)
{
    private const int MaxRows = 10_000;

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public async Task<byte[]> ReadAsync(User user, CancellationToken cancellationToken)
    {
        var sessions = await db.LoginSessions.Where(s => s.UserId == user.Id).OrderBy(s => s.Id).Take(MaxRows)
            .Select(s => new { s.Id, s.CreatedAt, s.LastSeenAt, s.EndedAt, s.Address, s.UserAgent, s.Amr }).ToListAsync(cancellationToken);
        var grants = await (
            from grant in db.Grants
            where grant.UserId == user.Id
            join client in db.Clients on grant.ClientId equals client.Id
            orderby grant.Id
            select new { Client = client.ClientName ?? client.ClientId, grant.Scope, grant.FirstGivenAt, grant.LastGivenAt, grant.EndedAt })
            .Take(MaxRows).ToListAsync(cancellationToken);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                user.Id, user.UserName, user.Email, user.EmailConfirmed, user.PhoneNumber, user.PhoneNumberConfirmed, user.TwoFactorEnabled,
                user.Name, user.GivenName, user.FamilyName, user.Picture, user.Website, user.Birthdate, user.Zoneinfo, user.Locale, user.Address, user.UpdatedAt,
                Sessions = sessions,
                ConnectedApps = grants,
                SecurityHistory = await history.ReadAsync(user.Id, HistoryKind.All, before: null, MaxRows, cancellationToken),
            },
            Options);
    }
}
