using AuthServer.Grants;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>The keys that sign tokens, and those that seal what the database keeps: which are in use, and how old they are.</summary>
internal sealed class KeysModel(AuthServerDbContext db, IKeyManager ring, TimeProvider time) : PageModel
{
    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    public IReadOnlyList<(string Kid, string Alg, DateTime CreatedAt, bool Signs)> Signing { get; private set; } = [];

    public IReadOnlyList<(Guid Id, DateTime CreatedAt, DateTime ExpiresAt, bool Revoked)> Sealing { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var keys = await db.SigningKeys.AsNoTracking().OrderBy(key => key.Alg).ThenByDescending(key => key.CreatedAt).ThenByDescending(key => key.Kid)
            .Select(key => new { key.Kid, key.Alg, key.CreatedAt }).ToListAsync(cancellationToken);
        var newest = keys.DistinctBy(key => key.Alg).Select(key => key.Kid).ToHashSet(StringComparer.Ordinal);
        Signing = [.. keys.Select(key => (key.Kid, key.Alg, key.CreatedAt, newest.Contains(key.Kid)))];
        Sealing = [.. ring.GetAllKeys().OrderByDescending(key => key.CreationDate)
            .Select(key => (key.KeyId, key.CreationDate.UtcDateTime, key.ExpirationDate.UtcDateTime, key.IsRevoked))];
    }
}
