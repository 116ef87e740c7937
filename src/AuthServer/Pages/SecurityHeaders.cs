using Microsoft.Net.Http.Headers;

namespace AuthServer.Pages;

/// <summary>What every response says to the browser about how it may be used.</summary>
internal static class SecurityHeaders
{
    public static void UseSecurityHeaders(this IApplicationBuilder pipeline) => pipeline.Use((context, next) =>
    {
        context.Response.OnStarting(static state => Write((HttpContext)state), context);
        return next(context);
    });

    private static Task Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Task.CompletedTask;
        }

        var forms = context.Features.Get<FormActions>();
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
            + $"{context.Features.Get<ImageSources>()?.Policy}; font-src 'self'; connect-src 'self'; "
            + $"base-uri 'none'; frame-ancestors 'none'; form-action {forms?.Policy ?? "'self'"}{context.Features.Get<FrameSources>()?.Policy}";
        headers.XFrameOptions = "DENY";

        // Not "no-referrer": with it a browser sends `Origin: null` from our own forms, too. No client learns an address of ours either way.
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        if (forms is not { Any: true })
        {
            // A page on the way to a client keeps its opener: single-page clients open sign-in in a window and wait there for its answer.
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }

        // Every page holds a name, a token or a form of one person.
        headers[HeaderNames.CacheControl] = "no-store";
        return Task.CompletedTask;
    }
}
