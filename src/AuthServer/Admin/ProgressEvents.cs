using System.Runtime.CompilerServices;
using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>
/// Live progress, as server-sent events (WHATWG HTML §9.2). A stream ends when it is finished, or after a while: the browser asks again, and is
/// then looked at anew, so somebody who is no operator any more does not go on listening.
/// </summary>
internal static class ProgressEvents
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static void MapProgress(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/revocations/{id:guid}/progress", (Guid id, IDbContextFactory<AuthServerDbContext> contexts, CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(WatchAsync(contexts, (db, token) => ProgressState.OfSweepAsync(db, id, token), cancellationToken)));
        pages.MapGet("/bulk/{id:guid}/progress", (Guid id, IDbContextFactory<AuthServerDbContext> contexts, CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(WatchAsync(contexts, (db, token) => ProgressState.OfBulkAsync(db, id, token), cancellationToken)));
    }

    private static async IAsyncEnumerable<ProgressState> WatchAsync(
        IDbContextFactory<AuthServerDbContext> contexts,
        Func<AuthServerDbContext, CancellationToken, Task<ProgressState>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Real time, whatever the clock says: it is about a connection.
        using var timer = new PeriodicTimer(Pause);
        for (var left = Longest; left > TimeSpan.Zero; left -= Pause)
        {
            ProgressState state;
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                state = await read(db, cancellationToken);
            }

            yield return state;
            if (state.Finished)
            {
                yield break;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
