using AuthServer.Protocol;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Pages;

/// <summary>What every response says to the browser about how it may be used. Written last: no error on the way takes it off again.</summary>
internal static class SecurityHeaders
{
    /// <summary>What is not a page is shown by nobody: as a document it could do nothing.</summary>
    private const string NoDocument = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        // Browsers remember it for the whole host (RFC 6797 §6.1): never for loopback, which other programs share.
        var issuer = app.Services.GetRequiredService<Issuer>();
        var strict = issuer.IsHttps && !new Uri(issuer.Value).IsLoopback;
        app.Use((context, next) =>
        {
            context.Response.OnStarting(static state => Write((HttpContext)state), context);
            if (strict && context.Request.IsHttps)
            {
                context.Response.OnStarting(static state => WriteStrictTransport((HttpContext)state), context);
            }

            return next(context);
        });
    }

    private static Task WriteStrictTransport(HttpContext context)
    {
        context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        return Task.CompletedTask;
    }

    private static Task Write(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode == StatusCodes.Status302Found && HttpMethods.IsPost(context.Request.Method))
        {
            // RFC 9700 §4.12: only 303 says for certain that the body, a password perhaps, is not sent on.
            response.StatusCode = StatusCodes.Status303SeeOther;
        }

        var headers = response.Headers;
        var page = response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
        var forms = context.Features.Get<FormActions>();
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = page
            ? $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{context.Features.Get<ImageSources>()?.Policy}; "
                + $"font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {forms?.Policy ?? "'self'"}{context.Features.Get<FrameSources>()?.Policy}"
            : NoDocument;

        // Not "no-referrer": with it a browser sends `Origin: null` from our own forms, too. No client learns an address of ours either way.
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        if (forms is not { Any: true } && response.StatusCode is < 300 or >= 400)
        {
            // A page on the way to a client keeps its opener, and so does a redirect: single-page clients open sign-in in a window and wait there.
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }

        // Every page holds a name, a token or a form of one person, and every redirect may hold a code. Files and metadata have said what holds for them.
        if (page || headers.CacheControl.Count == 0)
        {
            headers[HeaderNames.CacheControl] = "no-store";
        }

        return Task.CompletedTask;
    }
}
