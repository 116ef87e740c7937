using AuthServer.Protocol;

namespace AuthServer.Pages;

/// <summary>Faults and missing pages: a page for people, JSON for machines, a stack trace for nobody (in Development neither: it is in the log).</summary>
internal static class ErrorPages
{
    private const string LastResort =
        """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Something went wrong · AuthServer</title><link rel="stylesheet" href="/css/site.css"></head>
        <body><main><div class="narrow"><div class="panel"><h1>Something went wrong here</h1>
        <p>It is not your fault. Please try again in a minute.</p><p><a href="/">Back to the start</a></p></div></div></main></body></html>
        """;

    private static readonly string[] ForMachines = ["/connect", "/api", "/.well-known", "/healthz", "/metrics"];

    /// <summary>Around everything: machines, and people when the page below cannot be made either (no database, no sign-in, no page).</summary>
    public static void UseFaultAnswers(this IApplicationBuilder pipeline) =>
        pipeline.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = WriteFaultAsync, StatusCodeSelector = StatusOf });

    public static void UseErrorPages(this IApplicationBuilder pipeline)
    {
        pipeline.UseWhen(IsApi, api => api.UseStatusCodePages());
        pipeline.UseWhen(IsForPeople, pages =>
        {
            pages.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/error", StatusCodeSelector = StatusOf });
            pages.UseStatusCodePagesWithReExecute("/error");
        });
    }

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    private static bool IsForPeople(HttpContext context) =>
        AcceptsHtml(context) && !ForMachines.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    private static bool AcceptsHtml(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static int StatusOf(Exception exception) =>
        StorageFaults.IsStorageFault(exception) ? StatusCodes.Status503ServiceUnavailable
        : exception is BadHttpRequestException bad ? bad.StatusCode
        : StatusCodes.Status500InternalServerError;

    private static Task WriteFaultAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "1";
        }

        if (IsApi(context))
        {
            return TypedResults.Problem(statusCode: response.StatusCode).ExecuteAsync(context);
        }

        if (AcceptsHtml(context))
        {
            response.ContentType = "text/html; charset=utf-8";
            return response.WriteAsync(LastResort, context.RequestAborted);
        }

        // RFC 6749 §5.2 knows no word for a fault of the server; §4.1.2.1 has these two.
        var busy = response.StatusCode == StatusCodes.Status503ServiceUnavailable;
        response.Headers.CacheControl = "no-store";
        return response.WriteAsJsonAsync(new { error = busy ? "temporarily_unavailable" : "server_error" }, context.RequestAborted);
    }
}
