using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Device;

/// <summary>
/// Asks whether a device may have what it asks for (RFC 8628 §3.3). It is asked every time, whatever was allowed before: nobody can see from here whose
/// device it is (§5.4).
/// </summary>
internal sealed class ConsentModel(
    AuthServerDbContext db, WaitingDevices devices, DeviceAuthorizations authorizations, Continuations continuations, TimeProvider time) : PageModel
{
    // A device hangs from no session, so here the scope says more than the words that it has elsewhere.
    private const string OfflineWords = "Keep access while you are away, until you remove it";

    [BindProperty(Name = Continuations.Parameter, SupportsGet = true)]
    public string? Continue { get; set; }

    public Client Client { get; private set; } = null!;

    public string ClientName => Client.ClientName ?? Client.ClientId;

    public string UserName { get; private set; } = "";

    public string UserCode { get; private set; } = "";

    public IReadOnlyList<(string Name, string Words)> Scopes { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Find() is not var (asked, session))
        {
            return BackToStart();
        }

        if (await devices.FindAsync(asked.DeviceId, cancellationToken) is not { } device)
        {
            return Done(outcome: null);
        }

        Client = device.Client;
        UserName = session.User.UserName ?? "";
        UserCode = asked.UserCode;
        Scopes = await DescribeAsync(device.Authorization.Scope, cancellationToken);
        if (Client.LogoUri is { } logo)
        {
            HttpContext.AllowImage(logo);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? decision, CancellationToken cancellationToken)
    {
        if (Find() is not var (asked, session))
        {
            return BackToStart();
        }

        var outcome = decision == "allow"
            ? await authorizations.ApproveAsync(asked.DeviceId, session.Session.Id, cancellationToken)
            : await authorizations.DenyAsync(asked.DeviceId, session.User.Id, cancellationToken);
        return outcome is DeviceStatus.Pending ? BackToStart() : Done(outcome);
    }

    private (DeviceConsent Asked, SessionState Session)? Find() =>
        continuations.Open(Continue, ContinuationKind.DeviceConsent) is { } waiting
        && DeviceConsent.From(waiting.Parameters) is var asked
        && HttpContext.Session() is { } session
        && session.Session.Id == asked.SessionId
            ? (asked, session)
            : null;

    /// <summary>Signed out meanwhile, or somebody else's: the code has to be typed here, by who decides.</summary>
    private static SeeOther BackToStart() => new("/device");

    private SeeOther Done(DeviceStatus? outcome)
    {
        var carried = new Dictionary<string, string>(StringComparer.Ordinal) { [DoneModel.Outcome] = $"{outcome}" };
        var done = new Continuation(ContinuationKind.DeviceDone, carried, time.GetUtcNow().UtcDateTime, ReturnUri: null);
        return new SeeOther(QueryHelpers.AddQueryString("/device/done", Continuations.Parameter, continuations.Seal(done)));
    }

    private async Task<IReadOnlyList<(string Name, string Words)>> DescribeAsync(string scope, CancellationToken cancellationToken)
    {
        var names = ScopeText.Split(scope);
        var known = await db.Scopes.AsNoTracking().Where(s => names.Contains(s.Name))
            .ToDictionaryAsync(s => s.Name, s => s.Description, cancellationToken);
        return [.. names.Select(name => (name, name == StandardScopes.OfflineAccess
            ? OfflineWords
            : known.GetValueOrDefault(name) ?? StandardScopes.Descriptions.GetValueOrDefault(name) ?? name))];
    }
}
