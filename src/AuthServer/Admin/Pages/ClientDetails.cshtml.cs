using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Admin.Pages;

/// <summary>One client: what it is registered with, what it holds, and how to shut it out. A new secret is shown here, once.</summary>
[FreshSignIn(ForPostsOnly = true)]
internal sealed class ClientDetailsModel(AuthServerDbContext db, RevocationCascade cascade, TimeProvider time) : PageModel
{
    private const int MaxLines = 10;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [TempData]
    public string? Said { get; set; }

    /// <summary>Secret: it comes sealed in a cookie, for one look.</summary>
    [TempData]
    public string? Secret { get; set; }

    public Client Client { get; private set; } = null!;

    public IReadOnlyDictionary<string, StringValues> Metadata { get; private set; } = null!;

    public int Families { get; private set; }

    public int Grants { get; private set; }

    public IReadOnlyList<RevocationEntry> Lines { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == Id, cancellationToken) is not { } client)
        {
            return NotFound();
        }

        Client = client;
        Metadata = ClientForm.Of(ClientForm.Of(client));
        Families = await db.AliveFamilies(time.GetUtcNow().UtcDateTime).Where(f => f.ClientId == Id).Take(RevocationReceipt.CountLimit + 1).CountAsync(cancellationToken);
        Grants = await db.Grants.Where(g => g.ClientId == Id && g.Status == Status.Valid).Take(RevocationReceipt.CountLimit + 1).CountAsync(cancellationToken);
        Lines = await new LedgerFilter { Client = Id }.Of(db).Where(r => r.Completes == null).Take(MaxLines).ToListAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostEnableAsync(CancellationToken cancellationToken)
    {
        Said = await cascade.EnableAsync(new RevocationTarget.Client(Id), HttpContext.ByOperator(reason: null), cancellationToken)
            ? "Enabled. What the client held before stays dead; it asks anew."
            : "The client was enabled already.";
        return new SeeOther($"/admin/clients/{Id}");
    }
}
