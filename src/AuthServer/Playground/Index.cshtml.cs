using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Playground;

/// <summary>A public client in one page (code and PKCE), to try the server with. In Development only.</summary>
internal sealed class IndexModel(IHostEnvironment environment, IOptions<AuthServerOptions> options) : PageModel
{
    public static IReadOnlyList<(string Name, string Words, bool Wanted)> Scopes { get; } =
    [
        ("openid", "who you are", true),
        ("profile", "your name", true),
        ("email", "your e-mail address", true),
        ("offline_access", "while you are away", false),
        ("orders.read", "read your orders", true),
        ("orders.write", "change your orders", false),
    ];

    public int LeewaySeconds => (int)options.Value.Lifetimes.RefreshLeeway.TotalSeconds;

    public IActionResult OnGet() => environment.IsDevelopment() ? Page() : NotFound();
}
