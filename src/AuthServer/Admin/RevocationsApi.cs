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
    private const int MaxReason = 500;
    private const int MaxTake = 200;

    public static void MapRevocations(this IEndpointRouteBuilder api)
    {
        api.MapPost("/revocations", RevokeAsync);
        api.MapGet("/revocations", ListAsync);
        api.MapGet("/revocations/{id:guid}", FindAsync);
    }

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

        if (request.Reason?.Length > MaxReason)
        {
            return ApiProblems.ReasonTooLong;
        }

        if (target is RevocationTarget.User && target.Id == context.Session()!.User.Id)
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

    private static async Task<JsonHttpResult<LedgerPage>> ListAsync(
        AuthServerDbContext db, Guid? user, Guid? client, DateTimeOffset? before, int? take, CancellationToken cancellationToken)
    {
        var size = Math.Clamp(take ?? 50, 1, MaxTake);
        var rows = db.Revocations.AsNoTracking();
        rows = user is null ? rows : rows.Where(r => r.UserId == user);
        rows = client is null ? rows : rows.Where(r => r.ClientId == client);
        var until = before?.UtcDateTime;
        rows = until is null ? rows : rows.Where(r => r.At < until);
        var found = await rows.OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Take(size + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(new LedgerPage([.. found.Take(size).Select(LedgerRow.Of)], found.Count > size ? found[size - 1].At : null));
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
    internal sealed record LedgerPage(IReadOnlyList<LedgerRow> Items, DateTime? Next);

    /// <param name="Revocation">The withdrawal.</param>
    /// <param name="Completed">What the sweep behind it counted, once it is through.</param>
    /// <param name="Deliveries">Who is told.</param>
    internal sealed record LedgerDetails(LedgerRow Revocation, LedgerRow? Completed, IReadOnlyList<DeliveryRow> Deliveries);
}
