using AuthServer.Grants;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>What is alive: sessions, grants and token families, filtered and sorted; some or all of them can be withdrawn together.</summary>
internal sealed class AccessModel(AuthServerDbContext db, TimeProvider time) : PageModel
{
    private const int Size = 50;

    private const int Stretches = 5;

    /// <summary>So many are looked at for one page.</summary>
    public const int Looked = Stretches * AccessWalk.Stretch;

    [BindProperty(SupportsGet = true)]
    public AccessQuery Filter { get; set; } = new();

    [BindProperty(Name = "before", SupportsGet = true)]
    public string? Before { get; set; }

    public AccessPage Found { get; private set; } = new([], Next: null, WasCutShort: false);

    /// <summary>The order by use was asked for where there is none.</summary>
    public bool IsNotSortedByUse { get; private set; }

    public Names Names { get; private set; } = Names.None;

    public DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!Cursor.TryParse(Before, out var cursor))
        {
            return NotFound();
        }

        var filter = await Filter.ReadAsync(db, Now, cancellationToken);
        Found = await filter.PageAsync(db, Now, cursor, Size, Stretches, cancellationToken);
        IsNotSortedByUse = filter is { Sort: "used" or "idle", SortsByUse: false };
        Names = await Names.OfAsync(db, Found.Rows.Select(row => (Guid?)row.UserId), Found.Rows.Select(row => row.ClientId), cancellationToken);
        return Page();
    }
}
