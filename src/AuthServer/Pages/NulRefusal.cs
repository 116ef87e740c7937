using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Pages;

/// <summary>
/// 400 for a page that is sent text with a NUL character: nobody types one, and PostgreSQL neither stores nor compares it (22021). The pages that clients
/// send people to take their parameters apart themselves, and say more.
/// </summary>
internal sealed class NulRefusal : IPageFilter
{
    private const string ForClients = "/connect";

    /// <summary>Whether the query has one, or the form if it has been read.</summary>
    public static bool IsFor(HttpContext context) =>
        IsIn(context.Request.Query) || (context.Features.Get<IFormFeature>()?.Form is { } form && IsIn(form));

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        // The error page stands in for a page that has refused.
        if (context.HandlerInstance is not ErrorModel && !context.HttpContext.Request.Path.StartsWithSegments(ForClients, StringComparison.OrdinalIgnoreCase)
            && IsFor(context.HttpContext))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status400BadRequest);
        }
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }

    private static bool IsIn(IEnumerable<KeyValuePair<string, StringValues>> sent) =>
        sent.Any(pair => HasNul(pair.Key) || pair.Value.Any(HasNul));

    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) is true;
}
