using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AuthServer.Admin;

/// <summary>What would fall, before anything does. Changes nothing; idempotent. Errors: 400 for an unknown kind, 404 for an unknown id.</summary>
internal static class PreviewsApi
{
    public static void MapPreviews(this IEndpointRouteBuilder api) => api.MapPost("/previews", PreviewAsync);

    private static async Task<Results<JsonHttpResult<PreviewAnswer>, ProblemHttpResult>> PreviewAsync(
        RevocationRequest request,
        AuthServerDbContext db,
        Targets targets,
        IOptions<AuthServerOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (Targets.Of(request) is not var (target, _))
        {
            return ApiProblems.UnknownKind;
        }

        if (!await targets.ExistsAsync(target, cancellationToken))
        {
            return ApiProblems.NotFound;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var preview = await RevocationPreview.OfAsync(db, target, now, cancellationToken);
        return ApiJson.Ok(PreviewAnswer.Of(preview, JwtAcceptance.Until(now, options.Value.Lifetimes)));
    }
}
