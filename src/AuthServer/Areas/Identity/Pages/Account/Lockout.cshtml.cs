using AuthServer.Account;
using AuthServer.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AuthServer.Areas.Identity.Pages.Account;

/// <summary>Too many wrong passwords: what to do, and when.</summary>
[AllowAnonymous]
internal sealed class LockoutModel(IOptions<IdentityOptions> identity, TimeProvider time) : PageModel
{
    private TimeSpan Pause => identity.Value.Lockout.DefaultLockoutTimeSpan;

    /// <summary>When it ends, in seconds of the Unix epoch.</summary>
    [BindProperty(Name = "until", SupportsGet = true)]
    public long? Given { get; set; }

    /// <summary>Null where the address does not say, or says what cannot be: anybody can write an address.</summary>
    public DateTime? Until => Given is { } seconds && seconds > time.GetUtcNow().ToUnixTimeSeconds() && seconds <= (time.GetUtcNow() + Pause).ToUnixTimeSeconds() + 1
        ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime
        : null;

    public int Minutes => (int)Math.Ceiling(((Until - time.GetUtcNow().UtcDateTime) ?? Pause).TotalMinutes);

    /// <summary>The way here for a name, whoever has it.</summary>
    public static async Task<IActionResult> ForAsync(SignIn signIn, string name, IUrlHelper url) => new SeeOther(
        url.Page("/Account/Lockout", new { area = "Identity", until = (await signIn.PausedUntilAsync(name))?.ToUnixTimeSeconds() })!);
}
