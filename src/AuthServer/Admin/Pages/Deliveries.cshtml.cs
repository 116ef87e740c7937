using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>What is owed to relying parties and people, and how far it came; what was given up can be sent again.</summary>
[FreshSignIn(ForPostsOnly = true)]
internal sealed class DeliveriesModel(AuthServerDbContext db, Deliveries deliveries) : PageModel
{
    private const int Size = 50;

    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>An id, or a <c>client_id</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Client { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Before { get; set; }

    [TempData]
    public string? Said { get; set; }

    public IReadOnlyList<Delivery> Rows { get; private set; } = [];

    public Cursor? Next { get; private set; }

    public Names Names { get; private set; } = Names.None;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!Cursor.TryParse(Before, out var cursor))
        {
            return NotFound();
        }

        var filter = new DeliveryFilter(
            !string.IsNullOrEmpty(State) && ApiJson.TryParse<DeliveryState>(State, out var state) ? state : null,
            await Names.FindClientAsync(db, Client, cancellationToken));
        (Rows, Next) = await filter.PageAsync(db, cursor, Size, cancellationToken);
        Names = await Names.OfAsync(db, Rows.Select(row => (Guid?)row.UserId), Rows.Select(row => row.ClientId), cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        Said = await deliveries.SendAgainAsync(id, cancellationToken)
            ? "It is being sent again."
            : "It has not failed: it is still being sent, or was acknowledged.";
        return new SeeOther("/admin/deliveries");
    }
}
