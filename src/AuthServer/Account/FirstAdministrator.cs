using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Account;

/// <summary>
/// The first administrator of a database that has none. Each start prints a link that is good for an hour and for one use; the newest counts,
/// whichever node printed it. The database keeps only its hash.
/// </summary>
internal sealed partial class FirstAdministrator(
    IDbContextFactory<AuthServerDbContext> contexts,
    PlainReader reader,
    Writes writes,
    Issuer issuer,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<FirstAdministrator> logger)
{
    public const string Role = "admin";
    public const string Path = "/Identity/Account/FirstAdministrator";

    private const int KeyLength = 32;

    private const string Administrators =
        """SELECT r."NormalizedName" FROM "AspNetUserRoles" l JOIN "AspNetRoles" r ON r."Id" = l."RoleId" WHERE r."NormalizedName" = 'ADMIN' LIMIT 1""";

    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // As Identity's own normalizer writes it.
    private static readonly string NormalizedRole = Role.ToUpperInvariant();

    /// <summary>Prints a link where there is no administrator. In Development the demonstration has one.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (environment.IsDevelopment() || await IsThereAsync(cancellationToken))
        {
            return;
        }

        var key = RandomNumberGenerator.GetBytes(KeyLength);
        var (hash, until) = (SHA256.HashData(key), time.GetUtcNow().UtcDateTime + Lifetime);
        var offered = await writes.RunAsync(
            async (db, token) =>
            {
                await InstallationLock.TakeAsync(db, token);
                return !await ExistsAsync(db, token) && await SetAsync(db.Installation, hash, until, token) == 1;
            },
            cancellationToken);
        if (offered)
        {
            LogLink(logger, issuer.At($"{Path}?key={WebEncoders.Base64UrlEncode(key)}"));
        }
    }

    /// <summary>Whether <paramref name="key"/> opens the page now. Asked again by the write.</summary>
    public async Task<bool> IsOpenAsync(string? key, CancellationToken cancellationToken)
    {
        if (Hash(key) is not { } hash)
        {
            return false;
        }

        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Offered(db, hash, now).AnyAsync(cancellationToken) && !await ExistsAsync(db, cancellationToken);
    }

    /// <summary>Uses the link up and makes the account. False: another was faster, or the link is no good any more.</summary>
    /// <param name="key">From the link.</param>
    /// <param name="administrator">As it is to be written, with normalized names and a hashed password.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<bool> BecomeAsync(string? key, User administrator, CancellationToken cancellationToken)
    {
        if (Hash(key) is not { } hash)
        {
            return false;
        }

        var now = time.GetUtcNow();
        return await writes.RunAsync(
            async (db, token) =>
            {
                await InstallationLock.TakeAsync(db, token);
                if (await SetAsync(Offered(db, hash, now.UtcDateTime), hash: null, until: null, token) == 0 || await ExistsAsync(db, token))
                {
                    return false;
                }

                db.Users.Add(administrator);
                db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = administrator.Id, RoleId = await RoleAsync(db, now, token) });
                await db.SaveChangesAsync(token);
                return true;
            },
            cancellationToken);
    }

    private static byte[]? Hash(string? key)
    {
        try
        {
            return string.IsNullOrEmpty(key) ? null : SHA256.HashData(WebEncoders.Base64UrlDecode(key));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static IQueryable<Installation> Offered(AuthServerDbContext db, byte[] hash, DateTime now) =>
        db.Installation.Where(i => i.FirstAdministratorHash == hash && i.FirstAdministratorUntil > now);

    private static Task<int> SetAsync(IQueryable<Installation> row, byte[]? hash, DateTime? until, CancellationToken cancellationToken) =>
        row.ExecuteUpdateAsync(
            set => set.SetProperty(i => i.FirstAdministratorHash, hash).SetProperty(i => i.FirstAdministratorUntil, until), cancellationToken);

    /// <summary>Below EF, as nearly every start asks it; where there is none, <see cref="ExistsAsync"/> is asked in the unit.</summary>
    private async Task<bool> IsThereAsync(CancellationToken cancellationToken) =>
        (await reader.ReadAsync(Administrators, row => row.GetString(0), cancellationToken)).Count > 0;

    private static Task<bool> ExistsAsync(AuthServerDbContext db, CancellationToken cancellationToken) =>
        db.UserRoles.AnyAsync(link => db.Roles.Any(role => role.Id == link.RoleId && role.NormalizedName == NormalizedRole), cancellationToken);

    private static async Task<Guid> RoleAsync(AuthServerDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Roles.FirstOrDefaultAsync(role => role.NormalizedName == NormalizedRole, cancellationToken) is { } known)
        {
            return known.Id;
        }

        var role = new IdentityRole<Guid>
        {
            Id = Guid.CreateVersion7(now), Name = Role, NormalizedName = NormalizedRole, ConcurrencyStamp = RandomNumberGenerator.GetHexString(32),
        };
        db.Roles.Add(role);
        return role.Id;
    }

    [LoggerMessage(2101, LogLevel.Warning,
        "There is no administrator yet. Whoever opens this link within the hour, once, becomes the first:\n  {Link}")]
    private static partial void LogLink(ILogger logger, string link);
}
