using System.Data.Common;
using AuthServer.Grants;

namespace AuthServer.Protocol;

/// <summary>
/// A database that does not answer is 503, never a 200 and never <c>invalid_grant</c>: a fault fails closed, and the client may try again.
/// </summary>
internal static partial class StorageFaults
{
    /// <summary>Whether <paramref name="exception"/> says that storage was away, rather than that the request was wrong.</summary>
    public static bool IsStorageFault(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException or WritesUnavailableException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Answers the faults of protocol endpoints as OAuth errors; pages have their own. Clients call these, and no cookie means anything there.</summary>
    public static TBuilder WithProtocolFaults<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new WithoutSession()).AddEndpointFilter(async (invocation, next) =>
        {
            try
            {
                return await next(invocation);
            }
            catch (Exception fault) when (IsStorageFault(fault))
            {
                var context = invocation.HttpContext;
                LogUnavailable(context.RequestServices.GetRequiredService<ILogger<OAuthError>>(), context.Request.Path, fault);
                return OAuthError.Unavailable;
            }
        });

    [LoggerMessage(1101, LogLevel.Error, "Storage did not answer at {Path}: 503.")]
    private static partial void LogUnavailable(ILogger logger, string path, Exception fault);
}
