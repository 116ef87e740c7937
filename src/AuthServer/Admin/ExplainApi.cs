using System.Text.Json.Serialization;
using AuthServer.Grants;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthServer.Admin;

/// <summary>
/// Says why a token is refused: for operators any, for everybody else those of their own. What it is sent is neither stored nor logged. Errors:
/// 400 where neither or both are sent, 404 for what is not ours or not theirs.
/// </summary>
internal static class ExplainApi
{
    public static void MapExplain(this IEndpointRouteBuilder api) => api.MapPost("/explain", ExplainAsync);

    private static async Task<Results<JsonHttpResult<TokenExplanation>, ProblemHttpResult>> ExplainAsync(
        ExplainRequest request, HttpContext context, TokenExplanations explanations, AuditLog audit, CancellationToken cancellationToken)
    {
        if (request.Token is null == request.Jti is null)
        {
            return ApiProblems.Of(StatusCodes.Status400BadRequest, "Send either token or jti.");
        }

        var asker = context.User.IsInRole(ApiAccess.Operator) ? (Guid?)null : context.Session()!.User.Id;
        var found = await explanations.FindAsync(request.Token, request.Jti, asker, cancellationToken);
        audit.Explained(found is not null, found?.User, found?.Client, context.Session()!.User.Id, context.Connection.RemoteIpAddress?.ToString());
        return found is null ? ApiProblems.NotFound : ApiJson.Ok(found);
    }

    /// <param name="Token">Of any kind that this server issues. Secret.</param>
    /// <param name="Jti">Of an access token.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record ExplainRequest(string? Token = null, string? Jti = null);
}
