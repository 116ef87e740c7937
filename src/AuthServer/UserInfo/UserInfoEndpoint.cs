using AuthServer.Grants;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.UserInfo;

/// <summary>
/// The userinfo endpoint (OpenID Connect Core §5.3), by GET and POST. Idempotent. Errors (RFC 6750 §3.1): 401 <c>invalid_token</c>, 403
/// <c>insufficient_scope</c> without <c>openid</c>, 400 <c>invalid_request</c>, 503 where the database is away.
/// </summary>
internal static class UserInfoEndpoint
{
    private static readonly OAuthError NoToken = new(StatusCodes.Status401Unauthorized, "invalid_token", "An access token is needed.")
    {
        // RFC 6750 §3: no error code in the challenge where no token was sent.
        Challenge = "Bearer realm=\"AuthServer\"",
    };

    private static readonly OAuthError DeadToken = Refusal(
        StatusCodes.Status401Unauthorized, "invalid_token", "The access token is not valid, or no longer.");

    private static readonly OAuthError NotOpenId = Refusal(
        StatusCodes.Status403Forbidden, "insufficient_scope", "The access token lacks the scope openid.");

    public static void MapUserInfo(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/connect/userinfo", [HttpMethods.Get, HttpMethods.Post], HandleAsync).WithProtocolFaults().WithClientCors().DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext context, AccessTokens accessTokens, AuthServerDbContext db, CancellationToken cancellationToken)
    {
        var (token, error) = await ReadTokenAsync(context);
        if (token is null)
        {
            return error ?? NoToken;
        }

        if (await accessTokens.ReadAsync(token) is not { } content
            || await accessTokens.FindAliveAsync(content, cancellationToken) is not { Family.User: { } user } alive)
        {
            return DeadToken;
        }

        if (!ScopeText.Contains(alive.Scope, StandardScopes.OpenId))
        {
            return NotOpenId;
        }

        var claims = new Dictionary<string, object>(UserClaims.Of(user, alive.Scope), StringComparer.Ordinal) { ["sub"] = user.Id.ToString() };
        if (ScopeText.Contains(alive.Scope, "roles"))
        {
            claims["roles"] = await (
                from assigned in db.UserRoles
                where assigned.UserId == user.Id
                join role in db.Roles on assigned.RoleId equals role.Id
                orderby role.Name
                select role.Name).ToListAsync(cancellationToken);
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(claims, contentType: "application/json");
    }

    /// <summary>From the header (RFC 6750 §2.1) or a form body (§2.2); never from the query, where it would be logged.</summary>
    private static async Task<(string? Token, OAuthError? Error)> ReadTokenAsync(HttpContext context)
    {
        const string Scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        var fromHeader = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType)
        {
            return (fromHeader, null);
        }

        if ((await ProtocolParameters.ReadFormAsync(context)).Failed(out var malformed, out var parameters))
        {
            return (null, malformed);
        }

        return fromHeader is not null && parameters["access_token"] is not null
            ? (null, Refusal(StatusCodes.Status400BadRequest, "invalid_request", "The access token is sent twice."))
            : (fromHeader ?? parameters["access_token"], null);
    }

    private static OAuthError Refusal(int status, string error, string description) => new(status, error, description)
    {
        Challenge = $"Bearer realm=\"AuthServer\", error=\"{error}\", error_description=\"{description}\"",
    };
}
