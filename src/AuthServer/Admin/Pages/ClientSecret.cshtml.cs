using System.ComponentModel.DataAnnotations;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>A new secret for a client. Where the old one has leaked, what was had with it falls, and is shown first.</summary>
[FreshSignIn]
internal sealed class ClientSecretModel(AuthServerDbContext db, ClientSecretRotation rotation, FallingTree tree, TimeProvider time) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Leaked { get; set; }

    [BindProperty]
    [StringLength(500, ErrorMessage = "At most 500 characters.")]
    public string? Reason { get; set; }

    [TempData]
    public string? Said { get; set; }

    /// <summary>Secret.</summary>
    [TempData]
    public string? Secret { get; set; }

    public Client Client { get; private set; } = null!;

    public RevocationPreview Preview { get; private set; } = null!;

    public IReadOnlyList<Branch> Below { get; private set; } = [];

    public bool Changed { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } client)
        {
            return NotFound();
        }

        Client = client;
        Preview = await PreviewAsync(cancellationToken);
        Below = Leaked ? await tree.BelowAsync(Preview.Target, cancellationToken) : [];
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? stamp, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } client)
        {
            return NotFound();
        }

        if (!ModelState.IsValid)
        {
            return await OnGetAsync(cancellationToken);
        }

        var by = HttpContext.ByOperator(string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim());
        if (await rotation.RotateAsync(client, Leaked, by, stamp ?? "", cancellationToken) is not var (secret, receipt))
        {
            Changed = true;
            return await OnGetAsync(cancellationToken);
        }

        Secret = secret;
        Said = receipt.Withdrawn ? "The old secret is worthless, and everything that was had with it is withdrawn." : "The old secret is worthless. What the client holds goes on.";
        return new SeeOther($"/admin/clients/{Id}");
    }

    private async Task<Client?> FindAsync(CancellationToken cancellationToken) =>
        await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == Id, cancellationToken) is { ClientSecretHash: not null } client ? client : null;

    private Task<RevocationPreview> PreviewAsync(CancellationToken cancellationToken) =>
        RevocationPreview.OfAsync(db, new RevocationTarget.ClientTokens(Id), time.GetUtcNow().UtcDateTime, cancellationToken);
}
