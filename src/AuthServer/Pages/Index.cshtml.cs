using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Pages;

/// <summary>The door: in Development how to begin; elsewhere what this is and where one's account lies.</summary>
internal sealed class IndexModel(IHostEnvironment environment) : PageModel
{
    public bool Development => environment.IsDevelopment();

    public IReadOnlyList<DemoAccount> Accounts => Development ? DemoAccounts.All : [];
}
