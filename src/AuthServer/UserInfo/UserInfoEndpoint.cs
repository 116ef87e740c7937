using AuthServer.Grants;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.UserInfo;

/// <summary>
/// The userinfo endpoint (OpenID Connect Core §5.3), by GET and POST. Idempotent. Errors (RFC 6750 §3.1, RFC 9449 §7): 401 <c>invalid_token</c>,
/// <c>invalid_dpop_proof</c>, <c>use_dpop_nonce</c>; 403 <c>insufficient_scope</c> without <c>openid</c>, 400 <c>invalid_request</c>, 503 where the
/// database is away.
/// </summary>
internal sealed class UserInfoEndpoint(
    AccessTokens accessTokens, DpopProofs proofs, IDbContextFactory<AuthServerDbContext> contexts, ILogger<UserInfoEndpoint> logger) : ProtocolEndpoint(logger)
{
    private static readonly OAuthError DeadToken = new(
        StatusCodes.Status401Unauthorized, "invalid_token", "The access token is not valid, or no longer.");

    private static readonly OAuthError NotOpenId = new(
        StatusCodes.Status403Forbidden, "insufficient_scope", "The access token lacks the scope openid.");

    protected override async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (presented, error) = await PresentedToken.ReadAsync(context);
        if (presented is null)
        {
            return error!;
        }

        // A stolen token that is bound must not pass as a bearer's, nor any other as bound (RFC 9449 §7.1, §7.2).
        if (await accessTokens.ReadAsync(presented.Token) is not { } content || content.TokenType != presented.Scheme)
        {
            return presented.Refuse(DeadToken);
        }

        var (proof, unproved) = content.Jkt is null ? default : await proofs.ReadAsync(context, presented.Token);
        if (unproved is not null)
        {
            return presented.Refuse(unproved);
        }

        if (proof?.Jkt != content.Jkt
            || await accessTokens.FindAliveAsync(content, cancellationToken) is not { Family.User: { } user } alive)
        {
            return presented.Refuse(DeadToken);
        }

        if (!ScopeText.Contains(alive.Scope, StandardScopes.OpenId))
        {
            return presented.Refuse(NotOpenId);
        }

        if (proof is not null && await proofs.UseAsync(proof, cancellationToken) is { } used)
        {
            return presented.Refuse(used);
        }

        var userId = alive.Family.Family.UserId;
        var claims = new Dictionary<string, object>(UserClaims.Of(user, alive.Scope), StringComparer.Ordinal) { ["sub"] = userId.ToString() };
        foreach (var (name, value) in ToldClaims.AtUserInfo(alive.Family))
        {
            claims[name] = value;
        }

        if (ScopeText.Contains(alive.Scope, "roles"))
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            claims["roles"] = await (
                from assigned in db.UserRoles
                where assigned.UserId == userId
                join role in db.Roles on assigned.RoleId equals role.Id
                orderby role.Name
                select role.Name).ToListAsync(cancellationToken);
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(claims, contentType: "application/json");
    }
}
