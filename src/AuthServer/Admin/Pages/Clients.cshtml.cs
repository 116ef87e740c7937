using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>Registered clients.</summary>
internal sealed class ClientsModel(AuthServerDbContext db) : PageModel
{
    [BindProperty(Name = "q", SupportsGet = true)]
    public string? Query { get; set; }

    [BindProperty(Name = Pager.Parameter, SupportsGet = true)]
    public int Number { get; set; } = 1;

    public IReadOnlyList<Client> Rows { get; private set; } = [];

    public Pager Pager { get; private set; } = Pager.Of(1);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Pager = Pager.Of(Number);
        var clients = db.Clients.AsNoTracking();
        if (Query?.Trim().ToUpperInvariant() is { Length: > 0 } part)
        {
            // There are few clients: looking at each is quick. This becomes SQL, which knows no cultures.
#pragma warning disable CA1862, MA0011
            clients = clients.Where(c => c.ClientId.ToUpper().Contains(part) || (c.ClientName != null && c.ClientName.ToUpper().Contains(part)));
#pragma warning restore CA1862, MA0011
        }

        var found = await clients.OrderBy(c => c.ClientId).Skip(Pager.Skip).Take(Pager.Size + 1).ToListAsync(cancellationToken);
        Rows = [.. found.Take(Pager.Size)];
        Pager = Pager with { HasNext = found.Count > Pager.Size };
    }
}
