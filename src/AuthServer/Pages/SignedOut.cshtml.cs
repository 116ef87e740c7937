using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Pages;

/// <summary>
/// Tells the clients of a session that has ended, in hidden frames (OpenID Connect Front-Channel Logout 1.0 §3), and then goes on to the client
/// that asked for it. Loading it again does no harm.
/// </summary>
internal sealed class SignedOutModel(FrontChannelLogout frontChannel, Continuations continuations) : PageModel
{
    /// <summary>The clients' addresses.</summary>
    public IReadOnlyList<string> Frames { get; private set; } = [];

    /// <summary>Where it goes in the end; null: it stays.</summary>
    public string? ReturnUri { get; private set; }

    public string? ReturnHost { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var ended = continuations.Open(Request.Query[Continuations.Parameter].ToString(), ContinuationKind.SignedOut);
        if (ended?.EndedSid is not { } sid)
        {
            return new SeeOther("/");
        }

        Frames = await frontChannel.FramesAsync(sid, cancellationToken);
        foreach (var frame in Frames)
        {
            HttpContext.AllowFrame(frame);
        }

        if (ended.ReturnUri is { } uri)
        {
            // A page on the way to a client keeps its opener: clients open sign-out in a window, too.
            HttpContext.AllowFormAction(uri);
            ReturnUri = uri;
            ReturnHost = new Uri(uri) is { Host.Length: > 0 } parsed ? parsed.Host : "where you came from";
        }

        return Page();
    }
}
