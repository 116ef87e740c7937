using System.Text.Json.Serialization;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Admin;

/// <summary>
/// Users, for operators. Enabling revives nothing; resetting withdraws everything the user holds, in the transaction that writes the new
/// credentials. Errors: 400 for a password that is too weak, 404, 409 for oneself or a user changed meanwhile, 503.
/// </summary>
internal static class UsersApi
{
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var user = api.MapGroup("/users/{id:guid}");
        user.MapPost("/enable", EnableAsync);
        user.MapDelete("", DeleteAsync);
        user.MapPost("/password-reset", ResetPasswordAsync);
        user.MapPost("/second-factor-reset", ResetSecondFactorAsync);
    }

    private static async Task<Results<JsonHttpResult<EnabledAnswer>, ProblemHttpResult>> EnableAsync(
        Guid id, HttpContext context, AuthServerDbContext db, RevocationCascade cascade, CancellationToken cancellationToken) =>
        await cascade.EnableAsync(new RevocationTarget.User(id), context.ByOperator(reason: null), cancellationToken) ? ApiJson.Ok(new EnabledAnswer(Changed: true))
        : await db.Users.AnyAsync(u => u.Id == id, cancellationToken) ? ApiJson.Ok(new EnabledAnswer(Changed: false))
        : ApiProblems.NotFound;

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, ProblemHttpResult>> DeleteAsync(
        Guid id, HttpContext context, string? reason, RevocationCascade cascade, IOptions<AuthServerOptions> options, CancellationToken cancellationToken)
    {
        if (ApiProblems.OfReason(reason) is { } wrong)
        {
            return wrong;
        }

        if (id == context.Session()!.User.Id)
        {
            return ApiProblems.Yourself;
        }

        var receipt = await cascade.RevokeAsync(
            new RevocationTarget.DeletedUser(id), RevocationCause.UserDeleted, context.ByOperator(reason), cancellationToken);
        return receipt.Withdrawn ? ApiJson.Ok(ReceiptAnswer.Of(receipt, options.Value.Lifetimes)) : ApiProblems.NotFound;
    }

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, ValidationProblem, ProblemHttpResult>> ResetPasswordAsync(
        Guid id, PasswordReset request, HttpContext context, CredentialResets resets, IOptions<AuthServerOptions> options, CancellationToken cancellationToken)
    {
        if (ApiProblems.OfReason(request.Reason) is { } wrong)
        {
            return wrong;
        }

        if (await resets.FindAsync(id, cancellationToken) is not { } user)
        {
            return ApiProblems.NotFound;
        }

        if (await resets.ProblemsAsync(user, request.Password) is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["password"] = [.. problems] });
        }

        var changed = await resets.SetPasswordAsync(user, request.Password, context.ByOperator(request.Reason), stamp: null, cancellationToken);
        return changed is null ? ApiProblems.ChangedMeanwhile : ApiJson.Ok(ReceiptAnswer.Of(changed.Receipt, options.Value.Lifetimes));
    }

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, ProblemHttpResult>> ResetSecondFactorAsync(
        Guid id, ReasonOnly request, HttpContext context, CredentialResets resets, IOptions<AuthServerOptions> options, CancellationToken cancellationToken)
    {
        if (ApiProblems.OfReason(request.Reason) is { } wrong)
        {
            return wrong;
        }

        if (await resets.FindAsync(id, cancellationToken) is not { } user)
        {
            return ApiProblems.NotFound;
        }

        var changed = await resets.ResetSecondFactorAsync(user, context.ByOperator(request.Reason), stamp: null, cancellationToken);
        return changed is null ? ApiProblems.ChangedMeanwhile : ApiJson.Ok(ReceiptAnswer.Of(changed.Receipt, options.Value.Lifetimes));
    }

    /// <param name="Changed">False: it was enabled before.</param>
    internal sealed record EnabledAnswer(bool Changed);

    /// <param name="Password">A temporary one, told to the user by the operator. Secret.</param>
    /// <param name="Reason">Why, for the ledger.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record PasswordReset(string Password, string? Reason = null);

    /// <param name="Reason">Why, for the ledger.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record ReasonOnly(string? Reason = null);
}
