using AuthServer.Grants;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Pages;

/// <summary>The door: in Development how to begin; elsewhere what this is and where one's account lies.</summary>
internal sealed class IndexModel(IHostEnvironment environment, AuthServerDbContext db) : PageModel
{
    public bool Development => environment.IsDevelopment();

    /// <summary>The demonstration's people, as far as this database has them.</summary>
    public IReadOnlyList<DemoAccount> Accounts { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (Development)
        {
            var emails = DemoAccounts.All.Select(account => account.Email).ToList();
            var known = await db.Users.Where(user => emails.Contains(user.Email!)).Select(user => user.Email!).ToListAsync(cancellationToken);
            Accounts = [.. DemoAccounts.All.Where(account => known.Contains(account.Email, StringComparer.OrdinalIgnoreCase))];
        }
    }
}
