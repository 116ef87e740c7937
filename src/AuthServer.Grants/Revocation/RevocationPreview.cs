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
        var (parent, epoch) = await ParentAsync(db, target, cancellationToken);
        var reach = RevocationReach.Of(db, target, epoch);
        var counts = await reach.CountAsync(now, cancellationToken);
        var notices = await reach.NoticesAsync(db, cancellationToken);
        var content = JsonSerializer.SerializeToUtf8Bytes(new { target.Kind, target.Id, Text = target.ToString(), parent, epoch, counts, notices });
        return new RevocationPreview(
            target,
            counts,
            [.. notices.Select(notice => notice.ClientName).Distinct(StringComparer.Ordinal)],
            Base64Url.EncodeToString(SHA256.HashData(content)));
    }

    // The parent's own state is part of the stamp: what was withdrawn meanwhile is not withdrawn again unseen.
    private static async Task<(string? State, int? Epoch)> ParentAsync(
        AuthServerDbContext db, RevocationTarget target, CancellationToken cancellationToken)
    {
        switch (target.Kind)
        {
            case RevocationTargetKind.Session:
                return (Word(await db.LoginSessions.Where(s => s.Id == target.Id).Select(s => (Status?)s.Status).FirstOrDefaultAsync(cancellationToken)), null);
            case RevocationTargetKind.Grant:
                var grant = await db.Grants.Where(g => g.Id == target.Id).Select(g => new { g.Status, g.Scope }).FirstOrDefaultAsync(cancellationToken);
                return ($"{grant?.Status} {grant?.Scope}", null);
            case RevocationTargetKind.Family:
                return (Word(await db.TokenFamilies.Where(f => f.Id == target.Id).Select(f => (Status?)f.Status).FirstOrDefaultAsync(cancellationToken)), null);
            case RevocationTargetKind.User:
                var user = await db.Users.Where(u => u.Id == target.Id).Select(u => new { u.Epoch, u.Disabled }).FirstOrDefaultAsync(cancellationToken);
                return (user?.Disabled.ToString(), user?.Epoch);
            case RevocationTargetKind.Client:
                var client = await db.Clients.Where(c => c.Id == target.Id).Select(c => new { c.Epoch, c.Disabled, c.Scope }).FirstOrDefaultAsync(cancellationToken);
                return ($"{client?.Disabled} {client?.Scope}", client?.Epoch);
            default:
                return (null, null);
        }
    }

    private static string? Word(Status? status) => status?.ToString();
}
