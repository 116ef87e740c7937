using System.Text.Json.Serialization;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
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
        Guid id, AuthServerDbContext db, RevocationCascade cascade, CancellationToken cancellationToken) =>
        await cascade.EnableAsync(new RevocationTarget.User(id), cancellationToken) ? ApiJson.Ok(new EnabledAnswer(Changed: true))
        : await db.Users.AnyAsync(u => u.Id == id, cancellationToken) ? ApiJson.Ok(new EnabledAnswer(Changed: false))
        : ApiProblems.NotFound;

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, ProblemHttpResult>> DeleteAsync(
        Guid id, HttpContext context, string? reason, RevocationCascade cascade, IOptions<AuthServerOptions> options, CancellationToken cancellationToken)
    {
        if (id == context.Session()!.User.Id)
        {
            return ApiProblems.Yourself;
        }

        var receipt = await cascade.RevokeAsync(
            new RevocationTarget.DeletedUser(id), RevocationCause.UserDeleted, context.ByOperator(reason), cancellationToken);
        return receipt.Withdrawn ? ApiJson.Ok(ReceiptAnswer.Of(receipt, options.Value.Lifetimes)) : ApiProblems.NotFound;
    }

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, ValidationProblem, ProblemHttpResult>> ResetPasswordAsync(
        Guid id,
        PasswordReset request,
        HttpContext context,
        UserManager<User> users,
        CredentialChange credentials,
        IOptions<AuthServerOptions> options,
        AuthServerDbContext db,
        CancellationToken cancellationToken)
    {
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken) is not { } user)
        {
            return ApiProblems.NotFound;
        }

        foreach (var validator in users.PasswordValidators)
        {
            if (await validator.ValidateAsync(users, user, request.Password) is { Succeeded: false } weak)
            {
                return TypedResults.ValidationProblem(
                    new Dictionary<string, string[]>(StringComparer.Ordinal) { ["password"] = [.. weak.Errors.Select(error => error.Description)] });
            }
        }

        user.PasswordHash = users.PasswordHasher.HashPassword(user, request.Password);
        user.SecurityStamp = users.GenerateNewAuthenticatorKey();
        var changed = await credentials.CommitAsync(
            user, [], kept: null, RevocationCause.PasswordReset, context.ByOperator(request.Reason), cancellationToken);
        return changed is null ? ApiProblems.ChangedMeanwhile : ApiJson.Ok(ReceiptAnswer.Of(changed.Receipt, options.Value.Lifetimes));
    }

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, ProblemHttpResult>> ResetSecondFactorAsync(
        Guid id,
        ReasonOnly request,
        HttpContext context,
        UserManager<User> users,
        CredentialChange credentials,
        IOptions<AuthServerOptions> options,
        AuthServerDbContext db,
        CancellationToken cancellationToken)
    {
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken) is not { } user)
        {
            return ApiProblems.NotFound;
        }

        user.TwoFactorEnabled = false;
        user.SecurityStamp = users.GenerateNewAuthenticatorKey();
        var changed = await credentials.ResetSecondFactorAsync(user, context.ByOperator(request.Reason), cancellationToken);
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
