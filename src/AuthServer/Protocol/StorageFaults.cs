using System.Data.Common;
using AuthServer.Grants;

namespace AuthServer.Protocol;

/// <summary>
/// A database that does not answer is 503, never a 200 and never <c>invalid_grant</c>: a fault fails closed, and the client may try again.
/// </summary>
internal static class StorageFaults
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
}
