using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Pages;

/// <summary>
/// 303: the answer to this post lies there, fetch it with GET (RFC 9110 §15.4.4). Not 307, with which the browser would send the password
/// on (RFC 9700 §4.12). The caller has made sure that the location is one of ours or registered.
/// </summary>
internal sealed class SeeOther(string location) : ActionResult
{
    public string Location => location;

    public override void ExecuteResult(ActionContext context)
    {
        context.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.HttpContext.Response.Headers.Location = location;
    }
}
