using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Account;

/// <summary>
/// What Identity's pages presume and answer with a fault where it is not so: a first step before the second, a second factor that can be switched
/// off, providers of other accounts, well-formed links. Typing an address must not make a 500.
/// </summary>
internal sealed class Presumptions(SignInManager<User> signIn) : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        context.Result = HasMalformedFlag(context) ? new BadRequestResult() : await InsteadAsync(context.ActionDescriptor.ViewEnginePath, context.HttpContext);
        if (context.Result is not null)
        {
            return;
        }

        var executed = await next();
        if (executed.Exception is FormatException)
        {
            executed.ExceptionHandled = true;
            executed.Result = new BadRequestResult();
        }
    }

    private async Task<IActionResult?> InsteadAsync(string page, HttpContext context) => page switch
    {
        "/Account/LoginWith2fa" or "/Account/LoginWithRecoveryCode" when await signIn.GetTwoFactorAuthenticationUserAsync() is null => To("/Account/Login"),
        "/Account/Manage/Disable2fa" or "/Account/Manage/GenerateRecoveryCodes" when context.Session() is { User.TwoFactorEnabled: false } =>
            To("/Account/Manage/TwoFactorAuthentication"),
        "/Account/ExternalLogin" or "/Account/Manage/ExternalLogins" when !(await signIn.GetExternalAuthenticationSchemesAsync()).Any() => new NotFoundResult(),
        _ => null,
    };

    /// <summary>A checkbox that says neither true nor false is none of ours, and cannot be shown again: the framework throws.</summary>
    private static bool HasMalformedFlag(PageHandlerExecutingContext context) => context.HandlerInstance is PageModel page
        && page.ModelState.Any(field => field.Value?.ValidationState == ModelValidationState.Invalid && IsFlag(page.MetadataProvider.GetMetadataForType(page.GetType()), field.Key));

    private static bool IsFlag(ModelMetadata? model, string field) =>
        field.Split('.').Aggregate(model, (within, name) => within?.Properties[name])?.UnderlyingOrModelType == typeof(bool);

    private static RedirectToPageResult To(string page) => new(page, new { area = "Identity" });
}
