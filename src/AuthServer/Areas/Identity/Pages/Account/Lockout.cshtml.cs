using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Too many wrong passwords: what to do, and when.</summary>
[AllowAnonymous]
internal sealed class LockoutModel(IOptions<IdentityOptions> identity) : PageModel
{
    public int Minutes => (int)Math.Ceiling(identity.Value.Lockout.DefaultLockoutTimeSpan.TotalMinutes);
}
