using AuthServer.Grants;
using AuthServer.Protocol;
using AuthServer.Keys;
using AuthServer.Pages;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>The keys that sign tokens, and those that seal what the database keeps: where each is in its life. The next one may be let sign now.</summary>
[FreshSignIn(ForPostsOnly = true)]
internal sealed class KeysModel(SigningKeyRing signing, SigningKeyRotation rotation, IKeyManager ring, TimeProvider time, AuditLog audit) : PageModel
{
    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    [TempData]
    public string? Said { get; set; }

    public IReadOnlyList<ScheduledKey> Signing { get; private set; } = [];

    public IReadOnlyList<(Guid Id, DateTime CreatedAt, DateTime ExpiresAt, bool Revoked)> Sealing { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Signing = [.. (await signing.ListAsync(cancellationToken)).OrderBy(key => key.State).ThenBy(key => key.Key.Alg, StringComparer.Ordinal).ThenByDescending(key => key.Key.SignsFrom)];
        Sealing = [.. ring.GetAllKeys().OrderByDescending(key => key.CreationDate)
            .Select(key => (key.KeyId, key.CreationDate.UtcDateTime, key.ExpirationDate.UtcDateTime, key.IsRevoked))];
    }

    public async Task<IActionResult> OnPostAsync(string? alg, CancellationToken cancellationToken)
    {
        if (!SigningKeyForm.Algorithms.Contains(alg, StringComparer.Ordinal))
        {
            return NotFound();
        }

        await rotation.RotateAsync(alg!, cancellationToken);
        audit.KeyRotated(alg!, HttpContext.Session()!.User.Id, HttpContext.Connection.RemoteIpAddress?.ToString());
        Said = $"Another key signs {alg} now.";
        return new SeeOther("/admin/keys");
    }
}
