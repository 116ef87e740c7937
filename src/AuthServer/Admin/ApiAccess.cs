using AuthServer.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace AuthServer.Admin;

/// <summary>
/// Who may call the operator API. Refusals are answers, not redirects: 401 for nobody, 403 for whom it is not for, and for a write that another
/// site sent. The cookie is SameSite=Lax and bodies are JSON; the origin is looked at all the same.
/// </summary>
internal sealed class ApiAccess(Issuer issuer) : IAuthorizationMiddlewareResultHandler
{
    public const string Path = "/api";
    public const string Pages = "/admin";
    public const string Operator = "admin";

    private readonly AuthorizationMiddlewareResultHandler _pages = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase))
        {
            // Who is signed in, but no operator, is told so: signing in again would not help.
            if (authorizeResult.Forbidden && context.Request.Path.StartsWithSegments(Pages, StringComparison.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }

            return _pages.HandleAsync(next, context, policy, authorizeResult);
        }

        context.Response.Headers.CacheControl = "no-store";
        if (authorizeResult.Challenged)
        {
            // RFC 9110 §15.5.2 wants one; no registered scheme says that it is a cookie.
            context.Response.Headers.WWWAuthenticate = "Cookie realm=\"operators\"";
        }

        return authorizeResult.Challenged ? RefuseAsync(context, StatusCodes.Status401Unauthorized, "Sign in first.")
            : authorizeResult.Forbidden ? RefuseAsync(context, StatusCodes.Status403Forbidden, "This is for operators.")
            : IsFromElsewhere(context.Request) ? RefuseAsync(context, StatusCodes.Status403Forbidden, "Another site sent this.")
            : next(context);
    }

    // Fetch Metadata, where the browser sends it; else RFC 6454 §7. Neither: no browser.
    private bool IsFromElsewhere(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return false;
        }

        var (site, origin) = (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString());
        return site is not ("" or "same-origin") || (origin.Length > 0 && origin != issuer.Value);
    }

    private static Task RefuseAsync(HttpContext context, int status, string detail) =>
        ApiProblems.Of(status, detail).ExecuteAsync(context);
}
