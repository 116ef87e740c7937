using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Device;

/// <summary>
/// The verification URI (RFC 8628 §3.3): somebody who is signed in types the code that their device shows. A code that came with the address (§3.3.1)
/// is filled in, and still has to be confirmed.
/// </summary>
internal sealed class DeviceModel(WaitingDevices devices, Continuations continuations, TimeProvider time) : PageModel
{
    private const string Path = "/device";
    private const string UserCodeName = "user_code";
    private const int MaxLength = 20;

    [BindProperty(Name = UserCodeName, SupportsGet = true)]
    public string? UserCode { get; set; }

    /// <summary>Where sign-in led back, with the code that was typed before.</summary>
    [BindProperty(Name = Continuations.Parameter, SupportsGet = true)]
    public string? Continue { get; set; }

    public string UserName { get; private set; } = "";

    /// <summary>A code is filled in that nobody has typed here.</summary>
    public bool CodeCame { get; private set; }

    public string? Problem { get; private set; }

    public IActionResult OnGet()
    {
        UserCode = Shown(UserCode ?? continuations.Open(Continue, ContinuationKind.Device)?.Parameters.GetValueOrDefault(UserCodeName));
        CodeCame = !string.IsNullOrEmpty(UserCode);
        return HttpContext.Session() is { } session ? Show(session) : SignIn();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (HttpContext.Session() is not { } session)
        {
            return SignIn();
        }

        if (!Device.UserCode.TryParse(UserCode, out var code))
        {
            return Tell(session, "This is not a code that a device shows. It has eight letters and no vowels.");
        }

        var address = FailureLimiter.Address(HttpContext.Connection.RemoteIpAddress);
        var (device, refused) = await devices.FindAsync(code, session.User.Id, address, cancellationToken);
        if (refused)
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Tell(session, "There were too many wrong codes. Wait a while, get a new code from your device, and try again.");
        }

        return device is null
            ? Tell(session, "No device waits with this code. Check it; if it is right, it has expired, and your device can show a new one.")
            : new SeeOther(Continuation("/device/consent", ContinuationKind.DeviceConsent, DeviceConsent.Of(device, code, session)));
    }

    private static string? Shown(string? typed) => Device.UserCode.TryParse(typed, out var code) ? code.Text : typed?[..Math.Min(typed.Length, MaxLength)];

    private SeeOther SignIn()
    {
        var back = Continuation(Path, ContinuationKind.Device, new Dictionary<string, string>(StringComparer.Ordinal) { [UserCodeName] = Shown(UserCode) ?? "" });
        return new SeeOther(QueryHelpers.AddQueryString("/Identity/Account/Login", "ReturnUrl", back));
    }

    private string Continuation(string path, ContinuationKind kind, IReadOnlyDictionary<string, string> parameters) => QueryHelpers.AddQueryString(
        path, Continuations.Parameter, continuations.Seal(new(kind, parameters, time.GetUtcNow().UtcDateTime, ReturnUri: null)));

    private PageResult Tell(SessionState session, string problem)
    {
        Problem = problem;
        return Show(session);
    }

    private PageResult Show(SessionState session)
    {
        UserName = session.User.UserName ?? "";
        return Page();
    }
}
