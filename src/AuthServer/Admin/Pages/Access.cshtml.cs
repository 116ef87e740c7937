using AuthServer.Grants;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>What is alive: sessions, grants and token families, filtered and sorted; some or all of them can be withdrawn together.</summary>
internal sealed class AccessModel(AuthServerDbContext db, TimeProvider time) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public AccessQuery Filter { get; set; } = new();

    [BindProperty(Name = Pager.Parameter, SupportsGet = true)]
    public int Number { get; set; } = 1;

    public IReadOnlyList<AccessRow> Rows { get; private set; } = [];

    public Pager Pager { get; private set; } = Pager.Of(1);

    public Names Names { get; private set; } = Names.None;

    public DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Pager = Pager.Of(Number);
        var filter = await Filter.ReadAsync(db, Now, cancellationToken);
        var found = await filter.Of(db, Now).Skip(Pager.Skip).Take(Pager.Size + 1).ToListAsync(cancellationToken);
        Rows = [.. found.Take(Pager.Size)];
        Pager = Pager with { HasNext = found.Count > Pager.Size };
        Names = await Names.OfAsync(db, Rows.Select(row => (Guid?)row.UserId), Rows.Select(row => row.ClientId), cancellationToken);
    }
}
