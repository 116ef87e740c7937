using System.Text;
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
        context.HttpContext.Response.Headers.Location = Ascii.IsValid(location) ? location : Escaped(location);
    }

    // RFC 3987 §3.1: a header is ASCII, and the answer must not fail after what it is the answer to was done.
    private static string Escaped(string location) =>
        string.Concat(location.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}
