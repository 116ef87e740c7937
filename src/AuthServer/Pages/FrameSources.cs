namespace AuthServer.Pages;

/// <summary>What this response may load in frames: CSP's <c>frame-src</c>. No page has any but the signed-out page.</summary>
internal sealed class FrameSources : CspSources
{
    public string Policy => Any ? $"; frame-src {string.Join(' ', Sources)}" : "";
}

/// <summary>How a page says what it loads in frames.</summary>
internal static class FrameSourceExtensions
{
    /// <summary>Lets this page load <paramref name="uri"/>, a <b>registered</b> front-channel logout URI, in a frame.</summary>
    public static void AllowFrame(this HttpContext context, string uri)
    {
        var frames = context.Features.Get<FrameSources>();
        if (frames is null)
        {
            context.Features.Set(frames = new FrameSources());
        }

        frames.Add(uri);
    }
}
