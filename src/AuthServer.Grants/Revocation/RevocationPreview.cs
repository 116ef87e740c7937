using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <summary>What would fall, by kind, and who would be told. It withdraws nothing.</summary>
/// <param name="Target">What would be withdrawn.</param>
/// <param name="Counts">How much would fall; the same numbers as in receipt and ledger.</param>
/// <param name="Clients">Names of the clients that would be told.</param>
/// <param name="Stamp">Executing with it is refused once the preview is no longer true.</param>
public sealed record RevocationPreview(RevocationTarget Target, RevocationCounts Counts, IReadOnlyList<string> Clients, string Stamp)
{
    /// <summary>
    /// Until when an API that only checks signatures would still accept an access token: one issued in the very instant of the commit, carried by
    /// the slowest request.
    /// </summary>
    /// <param name="committedAt">When the withdrawal is committed.</param>
    /// <param name="accessTokenLifetime">Of the access tokens.</param>
    /// <param name="requestTimeout">How long a request may take.</param>
    public static DateTime JwtAcceptedUntil(DateTime committedAt, TimeSpan accessTokenLifetime, TimeSpan requestTimeout) =>
        committedAt + accessTokenLifetime + requestTimeout;

    /// <summary>Looks without touching.</summary>
    public static async Task<RevocationPreview> OfAsync(
        AuthServerDbContext db, RevocationTarget target, DateTime now, CancellationToken cancellationToken)
    {
        var (falls, parent, epoch) = await ParentAsync(db, target, now, cancellationToken);
        var reach = RevocationReach.Of(db, target, epoch);
        var counts = falls ? await reach.CountAsync(target, now, cancellationToken) : RevocationCounts.None;
        var notices = falls ? await reach.NoticesAsync(db, cancellationToken) : [];
        var content = JsonSerializer.SerializeToUtf8Bytes(new { target.Kind, target.Id, Text = target.ToString(), parent, epoch, counts, notices });
        return new RevocationPreview(
            target,
            counts,
            [.. notices.Select(notice => notice.ClientName).Distinct(StringComparer.Ordinal)],
            Base64Url.EncodeToString(SHA256.HashData(content)));
    }

    // Whether the flip would succeed; and the parent's own state, so that what was withdrawn meanwhile is not withdrawn again unseen.
    private static async Task<(bool Falls, string? State, int? Epoch)> ParentAsync(
        AuthServerDbContext db, RevocationTarget target, DateTime now, CancellationToken cancellationToken)
    {
        switch (target.Kind)
        {
            case RevocationTargetKind.Session:
                var session = await db.LoginSessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == target.Id, cancellationToken);
                var ends = target is RevocationTarget.OverdueSession
                    ? session?.Status == Status.Valid && (session.ExpiresAt <= now || session.IdleExpiresAt <= now)
                    : session is not null && session.Status != Status.Revoked;
                return (ends, session?.Status.ToString(), null);
            case RevocationTargetKind.Grant:
                var grant = await db.Grants.AsNoTracking().FirstOrDefaultAsync(g => g.Id == target.Id, cancellationToken);
                return (grant?.Status == Status.Valid, $"{grant?.Status} {grant?.Scope}", null);
            case RevocationTargetKind.Family:
                var family = await db.TokenFamilies.AsNoTracking().FirstOrDefaultAsync(f => f.Id == target.Id, cancellationToken);
                return (family?.Status == Status.Valid, family?.Status.ToString(), null);
            case RevocationTargetKind.User:
                var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == target.Id, cancellationToken);
                return (user is not null && !(target is RevocationTarget.User && user.Disabled), user?.Disabled.ToString(), user?.Epoch);
            case RevocationTargetKind.Client:
                var client = await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == target.Id, cancellationToken);
                return (client is not null && !(target is RevocationTarget.Client && client.Disabled), $"{client?.Disabled} {client?.Scope}", client?.Epoch);
            default:
                return (true, null, null);
        }
    }
}
