using System.ComponentModel.DataAnnotations;
using System.Text;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using QRCoder;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>An authenticator app: its key as a picture and in letters; a code proves that the app has it. Then the recovery codes are shown, once.</summary>
[Authorize]
[FreshSignIn]
internal sealed class EnableAuthenticatorModel(UserManager<User> users, Issuer issuer) : PageModel
{
    [BindProperty]
    public Proof Input { get; set; } = new();

    /// <summary>In groups of four.</summary>
    public string Key { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync() => await KeyAsync() is { } key ? Show(key) : RedirectToPage("./TwoFactorAuthentication");

    /// <summary>Drawn here: no key leaves this host to become a picture.</summary>
    public async Task<IActionResult> OnGetQrAsync()
    {
        if (await KeyAsync() is not { } key)
        {
            return NotFound();
        }

        // The form that authenticator apps read: otpauth://totp/Issuer:account?secret=…&issuer=…
        var (name, account) = (Uri.EscapeDataString(new Uri(issuer.Value).Host), Uri.EscapeDataString(User.Identity!.Name!));
        using var code = QRCodeGenerator.GenerateQrCode($"otpauth://totp/{name}:{account}?secret={key}&issuer={name}&digits=6", QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(code);
        return File(Encoding.UTF8.GetBytes(picture.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute)), "image/svg+xml");
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { } user || await KeyAsync() is not { } key)
        {
            return RedirectToPage("./TwoFactorAuthentication");
        }

        if (!ModelState.IsValid)
        {
            return Show(key);
        }

        var code = string.Concat(Input.Code.Where(c => c is not (' ' or '-')));
        if (!await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, code))
        {
            ModelState.AddModelError("Input.Code", "This code is not right. Wait for the next one, and check the clock of the device that shows it.");
            return Show(key);
        }

        if (!(await users.SetTwoFactorEnabledAsync(user, enabled: true)).Succeeded)
        {
            ModelState.AddModelError("", "Your account was changed at the same moment. Nothing was done; try again.");
            return Show(key);
        }

        return await RecoveryCodes.ShowAsync(this, users, user);
    }

    /// <summary>Null where it is on already: the key in use is shown to nobody again.</summary>
    private async Task<string?> KeyAsync()
    {
        if (await users.GetUserAsync(User) is not { TwoFactorEnabled: false } user)
        {
            return null;
        }

        if (await users.GetAuthenticatorKeyAsync(user) is not { Length: > 0 })
        {
            await users.ResetAuthenticatorKeyAsync(user);
        }

        return await users.GetAuthenticatorKeyAsync(user);
    }

    private PageResult Show(string key)
    {
        Key = string.Join(' ', key.Chunk(4).Select(group => new string(group)));
        return Page();
    }

    /// <summary>What the form asks.</summary>
    internal sealed class Proof
    {
        [Required(ErrorMessage = "Type the code.")]
        [StringLength(20, ErrorMessage = "A code has six digits.")]
        public string Code { get; set; } = "";
    }
}
