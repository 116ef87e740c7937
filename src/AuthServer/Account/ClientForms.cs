using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AuthServer.Account;

/// <summary>
/// The forms of sign-in (password, second step, recovery code, registration) may lead back to the client whose request waits behind them,
/// and to no other: its registered redirect URI joins the page's <c>form-action</c>.
/// </summary>
internal sealed class ClientForms(Continuations continuations) : IPageFilter
{
    private const string ReturnUrl = "ReturnUrl";

    /// <summary>Where the form leads in the end.</summary>
    public static string ReturnUrlOf(HttpRequest request) =>
        request.HasFormContentType && request.Form[ReturnUrl] is [{ Length: > 0 } posted] ? posted : request.Query[ReturnUrl].ToString();

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
        if (continuations.ReturnUriOf(ReturnUrlOf(context.HttpContext.Request)) is { } uri)
        {
            context.HttpContext.AllowFormAction(uri);
        }
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
