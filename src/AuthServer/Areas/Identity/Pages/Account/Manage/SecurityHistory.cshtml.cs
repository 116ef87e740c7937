using AuthServer.Account;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>Sign-ins, failed ones, changes, and what was withdrawn and why, with receipts; by kind, page by page, or as a file.</summary>
[Authorize]
internal sealed class SecurityHistoryModel(SecurityHistory history, SealedReceipts receipts) : PageModel
{
    private const int Size = 20;
    private const int MaxExported = 10_000;

    [BindProperty(SupportsGet = true)]
    public HistoryKind Kind { get; set; }

    /// <summary>The last row of the page before.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Before { get; set; }

    public IReadOnlyList<HistoryRow> Rows { get; private set; } = [];

    /// <summary>Where the next page begins; null: this is the last.</summary>
    public Guid? Next { get; private set; }

    public Guid Here => HttpContext.Session()!.Session.Id;

    private Guid Me => HttpContext.Session()!.User.Id;

    public string Seal(Guid receipt) => receipts.Seal(receipt);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var found = await history.ReadAsync(Me, Kind, Before, Size + 1, cancellationToken);
        Rows = [.. found.Take(Size)];
        Next = found.Count > Size ? Rows[^1].Id : null;
        return Page();
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken) =>
        File(HistoryExport.Csv(await history.ReadAsync(Me, Kind, before: null, MaxExported, cancellationToken)), "text/csv; charset=utf-8", "security-history.csv");

    public async Task<IActionResult> OnGetJsonAsync(CancellationToken cancellationToken) =>
        File(HistoryExport.Json(await history.ReadAsync(Me, Kind, before: null, MaxExported, cancellationToken)), "application/json", "security-history.json");
}
