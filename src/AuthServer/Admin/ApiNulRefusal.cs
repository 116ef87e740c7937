using AuthServer.Pages;

namespace AuthServer.Admin;

/// <summary>What <see cref="NulRefusal"/> is for pages.</summary>
internal sealed class ApiNulRefusal : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        NulRefusal.IsFor(context.HttpContext) ? ApiProblems.NulCharacter : await next(context);
}
