using AuthServer.Pages;

namespace AuthServer.Admin;

/// <summary>What changes or withdraws asks for a fresh sign-in here, as on the operator's pages: else 403, and nothing is done.</summary>
internal sealed class ApiFreshSignIn(FreshSignIn fresh) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        fresh.Holds(context.HttpContext)
            ? await next(context)
            : ApiProblems.Of(StatusCodes.Status403Forbidden, "The sign-in is too old for this. Sign in again, then send it again.");
}
