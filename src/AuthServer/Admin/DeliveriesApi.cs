using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>What is owed because of revocations. Sending again is for what was given up: anything else answers 409.</summary>
internal static class DeliveriesApi
{
    private const int MaxTake = 200;

    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deliveries", ListAsync);
        api.MapPost("/deliveries/{id:guid}/send", SendAsync);
    }

    private static async Task<Results<JsonHttpResult<DeliveryPage>, ProblemHttpResult>> ListAsync(
        AuthServerDbContext db, string? state, Guid? client, string? before, int? take, CancellationToken cancellationToken)
    {
        DeliveryState? wanted = null;
        if (state is not null)
        {
            if (!ApiJson.TryParse<DeliveryState>(state, out var word))
            {
                return ApiProblems.Of(StatusCodes.Status400BadRequest, "state must be pending, acknowledged or failed.");
            }

            wanted = word;
        }

        if (!Cursor.TryParse(before, out var cursor))
        {
            return ApiProblems.WrongCursor;
        }

        var (rows, next) = await new DeliveryFilter(wanted, client).PageAsync(db, cursor, Math.Clamp(take ?? 50, 1, MaxTake), cancellationToken);
        return ApiJson.Ok(new DeliveryPage([.. rows.Select(DeliveryRow.Of)], next?.ToString()));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SendAsync(
        Guid id, AuthServerDbContext db, Deliveries deliveries, CancellationToken cancellationToken) =>
        await deliveries.SendAgainAsync(id, cancellationToken) ? TypedResults.NoContent()
        : await db.Deliveries.AnyAsync(d => d.Id == id, cancellationToken)
            ? ApiProblems.Of(StatusCodes.Status409Conflict, "It has not failed: it is still being sent, or was acknowledged.")
            : ApiProblems.NotFound;

    /// <param name="Items">The newest first.</param>
    /// <param name="Next">What to send as <c>before</c> for the page after it; null: this is the last.</param>
    internal sealed record DeliveryPage(IReadOnlyList<DeliveryRow> Items, string? Next);
}
