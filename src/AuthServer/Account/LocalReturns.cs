using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Routing;

namespace AuthServer.Account;

/// <summary>
/// No page leads away from this server because its address says so (RFC 9700 §4.11.2): to the handlers of Identity's pages, a return address
/// that is not one of ours was never given.
/// </summary>
internal sealed class LocalReturns(IUrlHelperFactory urls) : IPageFilter
{
    private const string ReturnUrl = "returnUrl";

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerArguments.TryGetValue(ReturnUrl, out var given) && given is string url && !urls.GetUrlHelper(context).IsLocalUrl(url))
        {
            context.HandlerArguments[ReturnUrl] = null;
        }
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
