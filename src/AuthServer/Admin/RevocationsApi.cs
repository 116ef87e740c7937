using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Admin;

/// <summary>
/// Withdraws, and reads the ledger. Withdrawing is idempotent: what is dead already answers <c>withdrawn: false</c>. Errors: 400, 404 for an
/// unknown id, 409 with the new preview where the stamp is stale, 503 where nothing is known to be withdrawn.
/// </summary>
internal static class RevocationsApi
{
    private const int MaxTake = 200;

    public static void MapRevocations(this IEndpointRouteBuilder api)
    {
        api.MapGet("/revocations", ListAsync);
        api.MapGet("/revocations/{id:guid}", FindAsync);
    }

    public static void MapWithdrawing(this IEndpointRouteBuilder api) => api.MapPost("/revocations", RevokeAsync);

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, JsonHttpResult<PreviewAnswer>, ProblemHttpResult>> RevokeAsync(
        HttpContext context,
        RevocationRequest request,
        Targets targets,
        RevocationCascade cascade,
        IOptions<AuthServerOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (Targets.Of(request) is not var (target, cause))
        {
            return ApiProblems.UnknownKind;
        }

        if (ApiProblems.OfReason(request.Reason) is { } wrong)
        {
            return wrong;
        }

        if (Targets.ShutsOut(target, context.Session()!.User.Id))
        {
            return ApiProblems.Yourself;
        }

        if (!await targets.ExistsAsync(target, cancellationToken))
        {
            return ApiProblems.NotFound;
        }

        var (actor, lifetimes) = (context.ByOperator(request.Reason), options.Value.Lifetimes);
        var done = request.Stamp is null
            ? new PreviewedRevocation.Done(await cascade.RevokeAsync(target, cause, actor, cancellationToken))
            : await cascade.RevokeAsync(target, request.Stamp, cause, actor, cancellationToken);
        return done switch
        {
            PreviewedRevocation.Done(var receipt) => ApiJson.Ok(ReceiptAnswer.Of(receipt, lifetimes)),
            PreviewedRevocation.Stale(var preview) =>
                ApiJson.Stale(PreviewAnswer.Of(preview, JwtAcceptance.Until(time.GetUtcNow().UtcDateTime, lifetimes))),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<Results<JsonHttpResult<LedgerPage>, ProblemHttpResult>> ListAsync(
        AuthServerDbContext db, [AsParameters] LedgerQuery query, string? before, int? take, CancellationToken cancellationToken)
    {
        if (query.Filter() is not { } filter)
        {
            return ApiProblems.Of(StatusCodes.Status400BadRequest, "cause must be a word of the ledger.");
        }

        if (!Cursor.TryParse(before, out var cursor))
        {
            return ApiProblems.WrongCursor;
        }

        var (rows, next) = await filter.PageAsync(db, cursor, Math.Clamp(take ?? 50, 1, MaxTake), cancellationToken);
        return ApiJson.Ok(new LedgerPage([.. rows.Select(LedgerRow.Of)], next?.ToString()));
    }

    private static async Task<Results<JsonHttpResult<LedgerDetails>, ProblemHttpResult>> FindAsync(
        Guid id, AuthServerDbContext db, CancellationToken cancellationToken)
    {
        if (await db.Revocations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } entry)
        {
            return ApiProblems.NotFound;
        }

        // The sweep's row has the same target and comes later: found by the target's index.
        var completed = await db.Revocations.AsNoTracking()
            .FirstOrDefaultAsync(r => r.TargetId == entry.TargetId && r.Completes == id, cancellationToken);
        var deliveries = await db.Deliveries.AsNoTracking().Where(d => d.RevocationId == id)
            .OrderBy(d => d.CreatedAt).ThenBy(d => d.Id).Take(MaxTake).ToListAsync(cancellationToken);
        return ApiJson.Ok(new LedgerDetails(
            LedgerRow.Of(entry), completed is null ? null : LedgerRow.Of(completed), [.. deliveries.Select(DeliveryRow.Of)]));
    }

    /// <param name="Items">The newest first.</param>
    /// <param name="Next">What to send as <c>before</c> for the page after it; null: this is the last.</param>
    internal sealed record LedgerPage(IReadOnlyList<LedgerRow> Items, string? Next);

    /// <param name="Revocation">The withdrawal.</param>
    /// <param name="Completed">What the sweep behind it counted, once it is through.</param>
    /// <param name="Deliveries">Who is told.</param>
    internal sealed record LedgerDetails(LedgerRow Revocation, LedgerRow? Completed, IReadOnlyList<DeliveryRow> Deliveries);
}
