using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>
/// Why a token lives or does not. The token comes in the body of a form and is answered in its answer: it is in no address, is neither stored nor
/// logged, and is not shown again.
/// </summary>
internal sealed class ExplainModel(TokenExplanations explanations, Grants.AuthServerDbContext db, Grants.AuditLog audit) : PageModel
{
    private const int MaxLength = 16 * 1024;

    public TokenExplanation? Explanation { get; private set; }

    public Names Names { get; private set; } = Names.None;

    /// <summary>Something was sent, and nothing is known of it.</summary>
    public bool Unknown { get; private set; }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync([FromForm] string? token, CancellationToken cancellationToken)
    {
        var text = token?.Trim() ?? "";
        if (text.Length is 0 or > MaxLength)
        {
            Unknown = text.Length > 0;
            return Page();
        }

        Explanation = await explanations.FindAsync(text, jti: null, asker: null, cancellationToken)
            ?? await explanations.FindAsync(token: null, text, asker: null, cancellationToken);
        Unknown = Explanation is null;
        audit.Explained(!Unknown, Explanation?.User, Explanation?.Client, HttpContext.Session()!.User.Id, HttpContext.Connection.RemoteIpAddress?.ToString());
        Names = await Names.OfAsync(db, [Explanation?.User, Explanation?.Revocation?.Actor], [Explanation?.Client], cancellationToken);
        return Page();
    }
}
