using AuthServer.Protocol;
using Microsoft.Extensions.Options;

namespace AuthServer.Pages;

/// <summary>Whether the user of this session proved lately who they are. Where it matters, an old sign-in is not enough: the browser may have changed hands.</summary>
internal sealed class FreshSignIn(IOptions<AuthServerOptions> options, TimeProvider time)
{
    /// <summary>False where nobody is signed in, too.</summary>
    public bool Holds(HttpContext context) =>
        context.Session() is { } current && time.GetUtcNow().UtcDateTime - current.Session.AuthTime <= options.Value.Lifetimes.FreshSignIn;
}
