using System.Text.Json.Serialization;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Admin;

/// <summary>
/// Clients, for operators; the id is the row's, not the <c>client_id</c>. Enabling revives nothing. A new secret is told once, here. Errors: 404,
/// 409 for a client without a secret or one changed meanwhile, 503.
/// </summary>
internal static class ClientsApi
{
    public static void MapClients(this IEndpointRouteBuilder api)
    {
        var client = api.MapGroup("/clients/{id:guid}");
        client.MapPost("/enable", EnableAsync);
        client.MapDelete("", DeleteAsync);
        client.MapPost("/secret", RotateAsync);
    }

    private static async Task<Results<JsonHttpResult<UsersApi.EnabledAnswer>, ProblemHttpResult>> EnableAsync(
        Guid id, HttpContext context, AuthServerDbContext db, RevocationCascade cascade, CancellationToken cancellationToken) =>
        await cascade.EnableAsync(new RevocationTarget.Client(id), context.ByOperator(reason: null), cancellationToken) ? ApiJson.Ok(new UsersApi.EnabledAnswer(Changed: true))
        : await db.Clients.AnyAsync(c => c.Id == id, cancellationToken) ? ApiJson.Ok(new UsersApi.EnabledAnswer(Changed: false))
        : ApiProblems.NotFound;

    private static async Task<Results<JsonHttpResult<ReceiptAnswer>, ProblemHttpResult>> DeleteAsync(
        Guid id, HttpContext context, string? reason, RevocationCascade cascade, IOptions<AuthServerOptions> options, CancellationToken cancellationToken)
    {
        if (ApiProblems.OfReason(reason) is { } wrong)
        {
            return wrong;
        }

        var receipt = await cascade.RevokeAsync(
            new RevocationTarget.DeletedClient(id), RevocationCause.ClientDeleted, context.ByOperator(reason), cancellationToken);
        return receipt.Withdrawn ? ApiJson.Ok(ReceiptAnswer.Of(receipt, options.Value.Lifetimes)) : ApiProblems.NotFound;
    }

    private static async Task<Results<JsonHttpResult<SecretAnswer>, ProblemHttpResult>> RotateAsync(
        Guid id,
        SecretRequest request,
        HttpContext context,
        AuthServerDbContext db,
        ClientSecretRotation rotation,
        IOptions<AuthServerOptions> options,
        CancellationToken cancellationToken)
    {
        if (ApiProblems.OfReason(request.Reason) is { } wrong)
        {
            return wrong;
        }

        if (await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } client)
        {
            return ApiProblems.NotFound;
        }

        if (client.ClientSecretHash is null)
        {
            return ApiProblems.Of(StatusCodes.Status409Conflict, "The client has no secret: it is public, or proves who it is by its keys.");
        }

        if (await rotation.RotateAsync(client, request.Leaked, context.ByOperator(request.Reason), stamp: null, cancellationToken) is not var (secret, receipt))
        {
            return ApiProblems.ChangedMeanwhile;
        }

        return ApiJson.Ok(new SecretAnswer(client.ClientId, secret, receipt.Withdrawn ? ReceiptAnswer.Of(receipt, options.Value.Lifetimes) : null));
    }

    /// <param name="Leaked">Somebody else knows the old one: everything the client holds is withdrawn with it.</param>
    /// <param name="Reason">Why, for the ledger.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record SecretRequest([property: JsonRequired] bool Leaked, string? Reason = null);

    /// <param name="ClientId">The <c>client_id</c>.</param>
    /// <param name="ClientSecret">Told this once. Secret.</param>
    /// <param name="Receipt">What was withdrawn with the old one, if it had leaked.</param>
    internal sealed record SecretAnswer(string ClientId, string ClientSecret, ReceiptAnswer? Receipt);
}
