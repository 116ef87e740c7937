using AuthServer.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthServer.Admin;

/// <summary>Whether the ledger is as it was sealed: walks along every seal, so it takes a while where the ledger is long.</summary>
internal static class LedgerApi
{
    public static void MapLedger(this IEndpointRouteBuilder api) => api.MapPost("/ledger/verification", VerifyAsync);

    private static async Task<JsonHttpResult<LedgerReport>> VerifyAsync(LedgerVerification verification, CancellationToken cancellationToken) =>
        ApiJson.Ok(await verification.VerifyAsync(cancellationToken));
}
