using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Account;

/// <summary>
/// The forms at which something can be guessed, by address, and those that send mail or make an account, by address and by recipient. Only guesses
/// that failed count; mail always, whoever has or has not the address: the answer tells nobody which.
/// </summary>
internal sealed class LimitedForms(FailureLimiter limiter) : IAsyncPageFilter
{
    private static readonly Dictionary<string, FailureKind> Forms = new(StringComparer.Ordinal)
    {
        ["/Account/Login"] = FailureKind.Password,
        ["/Account/LoginWith2fa"] = FailureKind.Password,
        ["/Account/LoginWithRecoveryCode"] = FailureKind.Password,
        ["/Account/ResetPassword"] = FailureKind.Password,
        ["/Account/FirstAdministrator"] = FailureKind.Password,
        ["/Account/Manage/ChangePassword"] = FailureKind.Password,
        ["/Account/Manage/DeletePersonalData"] = FailureKind.Password,
        ["/Account/Register"] = FailureKind.Mail,
        ["/Account/NewAccount"] = FailureKind.Mail,
        ["/Account/ForgotPassword"] = FailureKind.Mail,
        ["/Account/Manage/Email"] = FailureKind.Mail,
    };

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method) || !Forms.TryGetValue(context.ActionDescriptor.ViewEnginePath, out var kind))
        {
            await next();
            return;
        }

        var keys = KeysOf(context).ToList();
        if (keys.Find(key => !limiter.Count(kind, key)) is { } refused)
        {
            http.Response.Headers.RetryAfter = limiter.RetryAfter(kind, refused).ToString(CultureInfo.InvariantCulture);
            context.Result = new StatusCodeResult(StatusCodes.Status429TooManyRequests);
            return;
        }

        var executed = await next();
        if (kind == FailureKind.Password && !HasFailed(executed))
        {
            keys.ForEach(key => limiter.Forgive(kind, key));
        }
    }

    private static IEnumerable<string> KeysOf(PageHandlerExecutingContext context)
    {
        yield return FailureLimiter.Address(context.HttpContext.Connection.RemoteIpAddress);
        if ((context.HandlerInstance as IAsksForMail)?.RecipientOf(context.HandlerMethod?.Name) is { Length: > 0 } address)
        {
            yield return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(address.Trim().ToUpperInvariant())));
        }
    }

    /// <summary>A form that is shown again was wrong; so was what led to the pause. A fault was nobody's guess.</summary>
    private static bool HasFailed(PageHandlerExecutedContext executed) => executed.Exception is null && executed.Result switch
    {
        PageResult => true,
        RedirectToPageResult redirect => redirect.PageName == Lockout,
        Pages.SeeOther seeOther => seeOther.Location.Contains("/Account/Lockout", StringComparison.Ordinal),
        _ => false,
    };

    private const string Lockout = "./Lockout";
}
