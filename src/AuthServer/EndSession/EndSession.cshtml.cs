using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.EndSession;

/// <summary>
/// The end session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2), by GET and POST. Idempotent. With an ID token of this browser's live
/// session it ends the session at once; without, the person is asked first. What outlived a session that time has ended falls too. Nothing it is sent leads to an unregistered address.
/// </summary>
[IgnoreAntiforgeryToken]
internal sealed class EndSessionModel(
    EndSessionReader reader, SessionEnd sessionEnd, FrontChannelLogout frontChannel, Continuations continuations, TimeProvider time)
    : PageModel
{
    private const string Path = "/connect/endsession";
    private const string ConfirmPath = "/connect/endsession/confirm";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var parameters = Request.Query[Continuations.Parameter].ToString() is { Length: > 0 } text
            ? Waiting(text)
            : ProtocolParameters.ReadQuery(HttpContext).Failed(out _, out var read) ? null : read;
        if (parameters is not { MayWait: true })
        {
            return new SeeOther(ConfirmPath);
        }

        var request = await reader.ReadAsync(parameters, cancellationToken);
        var returnUri = request.Hint is null ? null : request.ReturnUri;
        await sessionEnd.EndOverdueAsync(HttpContext, request, cancellationToken);
        if (HttpContext.Session() is { } current)
        {
            if (request.Hint?.Sid != current.Session.Id)
            {
                return new SeeOther(At(ConfirmPath, parameters, request.ReturnUri));
            }

            var page = await frontChannel.PageAsync(current.Session.Id, returnUri, cancellationToken);
            await sessionEnd.EndAsync(HttpContext, current, request.Client, cancellationToken);
            return new SeeOther(page ?? returnUri ?? ConfirmPath);
        }

        return new SeeOther(returnUri ?? ConfirmPath);
    }

    /// <summary>A POST from another site comes without our cookies (SameSite=Lax), so it goes on as a GET that has them.</summary>
    public async Task<IActionResult> OnPostAsync() => new SeeOther(
        (await ProtocolParameters.ReadFormAsync(HttpContext)).Failed(out _, out var parameters) || !parameters.MayWait
            ? ConfirmPath
            : At(Path, parameters, returnUri: null));

    private ProtocolParameters? Waiting(string text) =>
        continuations.Open(text, ContinuationKind.EndSession) is { } waiting ? new ProtocolParameters(waiting.Parameters) : null;

    private string At(string path, ProtocolParameters parameters, string? returnUri) => QueryHelpers.AddQueryString(
        path,
        Continuations.Parameter,
        continuations.Seal(new Continuation(ContinuationKind.EndSession, parameters.Values, time.GetUtcNow().UtcDateTime, returnUri)));
}
