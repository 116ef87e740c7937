using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Pages;

/// <summary>
/// A page that only a fresh sign-in opens. Anybody else is led to the sign-in and back to this page; of a form that was sent nothing is done, and
/// the page says so (<c>_SignedInAgain</c>).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FreshSignInAttribute : Attribute, IAsyncPageFilter
{
    /// <summary>In the address of a page whose form was sent in vain.</summary>
    public const string Mark = "signed-in-again";

    /// <summary>Looking is free; only sending its forms is not.</summary>
    public bool ForPostsOnly { get; init; }

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var http = context.HttpContext;
        var post = HttpMethods.IsPost(http.Request.Method);
        if ((ForPostsOnly && !post) || http.RequestServices.GetRequiredService<FreshSignIn>().Holds(http))
        {
            await next();
            return;
        }

        var page = (PageModel)context.HandlerInstance;
        context.Result = new SeeOther(page.Url.Page("/Account/Login", new { area = "Identity", ReturnUrl = Back(http.Request, post) })!);
    }

    private static string Back(HttpRequest request, bool post)
    {
        // A named handler is for a form; asked for by GET there is none.
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key is not ("handler" or Mark))
            .SelectMany(pair => pair.Value, (pair, value) => new KeyValuePair<string, string>(pair.Key, value ?? "")));
        if (post)
        {
            query.Add(Mark, "1");
        }

        return $"{request.PathBase}{request.Path}{query}";
    }
}
