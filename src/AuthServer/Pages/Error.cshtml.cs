using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Pages;

/// <summary>What went wrong, for a person. Runs in the place of the page that failed, whatever its method was.</summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    public string Heading { get; private set; } = "";

    public string Advice { get; private set; } = "";

    /// <summary>The operator finds the request by it: in the log, and in the ledger where it withdrew something.</summary>
    public string RequestId => HttpContext.TraceIdentifier;

    private string Wait => int.TryParse(Response.Headers.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 60
        ? $"{(seconds + 59) / 60} minutes"
        : "a minute";

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is null && HttpContext.Features.Get<IExceptionHandlerFeature>() is null)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;   // somebody typed the address of this page
        }

        if (Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            Response.Headers.RetryAfter = "1";
        }

        (Heading, Advice) = Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => ("That did not work", "The page may have been open for too long. Go back, reload it and try again."),
            StatusCodes.Status403Forbidden => ("This is not for you", "Your account may not open this page. If it should, ask whoever runs this server."),
            StatusCodes.Status404NotFound => ("There is nothing here", "The address may be mistyped, or the page is gone."),
            StatusCodes.Status429TooManyRequests => ("Too many tries", $"There were too many tries from where you are. Come back in {Wait}."),
            StatusCodes.Status503ServiceUnavailable => ("Busy at the moment", "What you asked for may not have been done. Try again in a few seconds."),
            < StatusCodes.Status500InternalServerError => ("That did not work", "Go back, reload the page and try again."),
            _ => ("Something went wrong here", "It is not your fault. Try again in a minute. If it stays, tell whoever runs this server."),
        };
    }
}
