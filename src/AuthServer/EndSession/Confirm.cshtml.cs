using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.EndSession;

/// <summary>Asks a person whether they want to sign out, where the client could not prove it, and tells them when they are.</summary>
internal sealed class ConfirmModel(
    EndSessionReader reader, SessionEnd sessionEnd, FrontChannelLogout frontChannel, Continuations continuations)
    : PageModel
{
    /// <summary>The waiting request, sealed; null where nothing waits.</summary>
    [BindProperty(Name = Continuations.Parameter, SupportsGet = true)]
    public string? Continue { get; set; }

    /// <summary>Who is asked; null: nobody is signed in here.</summary>
    public string? UserName { get; private set; }

    /// <summary>The client that asks, where it is known.</summary>
    public string? ClientName { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var request = await ReadAsync(cancellationToken);
        UserName = HttpContext.Session()?.User.UserName;
        ClientName = request?.Client?.ClientName ?? request?.Client?.ClientId;
        if (request?.ReturnUri is { } uri)
        {
            HttpContext.AllowFormAction(uri);
        }
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var request = await ReadAsync(cancellationToken);
        string? page = null;
        if (HttpContext.Session() is { } current)
        {
            page = await frontChannel.PageAsync(current.Session.Id, request?.ReturnUri, cancellationToken);
            await sessionEnd.EndAsync(HttpContext, current, request?.Client, cancellationToken);
        }

        return new SeeOther(page ?? request?.ReturnUri ?? "/connect/endsession/confirm");
    }

    private async Task<EndSessionRequest?> ReadAsync(CancellationToken cancellationToken) =>
        continuations.Open(Continue, ContinuationKind.EndSession) is { } waiting
            ? await reader.ReadAsync(new ProtocolParameters(waiting.Parameters), cancellationToken)
            : null;
}
