using System.Globalization;
using System.Text;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>
/// The ledger as a file, filtered as on its page: CSV (RFC 4180) or one JSON object a line. It is written while it is read, so its length does not
/// matter to memory.
/// </summary>
internal static class LedgerExport
{
    private const int LinesBetweenFlushes = 200;

    private const string Header = "id,at,cause,target_kind,target_id,user,client,scope,actor_kind,actor,address,correlation_id,reason,sessions,grants,families,completes,seal";

    public static void MapLedgerExport(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/revocations/export.csv", (HttpContext context, [AsParameters] LedgerQuery query, AuthServerDbContext db) =>
            Export(context, query, db, "text/csv; charset=utf-8", "csv", Header, Csv));
        pages.MapGet("/revocations/export.jsonl", (HttpContext context, [AsParameters] LedgerQuery query, AuthServerDbContext db) =>
            Export(context, query, db, "application/x-ndjson", "jsonl", header: null, row => ApiJson.Line(LedgerRow.Of(row))));
    }

    private static Results<PushStreamHttpResult, BadRequest> Export(
        HttpContext context, LedgerQuery query, AuthServerDbContext db, string type, string ending, string? header, Func<RevocationEntry, string> line)
    {
        if (query.Filter() is not { } filter)
        {
            return TypedResults.BadRequest();
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(
            stream => WriteAsync(stream, filter.Of(db), header, line, context.RequestAborted), type, $"revocations.{ending}");
    }

    private static async Task WriteAsync(
        Stream stream, IQueryable<RevocationEntry> rows, string? header, Func<RevocationEntry, string> line, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = header is null ? "\n" : "\r\n" };
        if (header is not null)
        {
            await writer.WriteLineAsync(header);
        }

        var written = 0;
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(line(row));
            if (++written % LinesBetweenFlushes == 0)
            {
                await writer.FlushAsync(cancellationToken);
            }
        }
    }

    private static string Csv(RevocationEntry row)
    {
        object?[] cells =
        [
            row.Id, row.At.ToString("O", CultureInfo.InvariantCulture), Words.Wire(row.Cause), Words.Wire(row.TargetKind), row.TargetId, row.UserId, row.ClientId,
            row.Scope, Words.Wire(row.ActorKind), row.ActorId, row.Address, row.CorrelationId, row.Reason, row.Sessions, row.Grants, row.Families, row.Completes, row.SealId,
        ];
        return string.Join(',', cells.Select(cell => Cell(Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "")));
    }

    // A spreadsheet runs what begins with one of these as a formula, and the reason is somebody's own words.
    private static string Cell(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n'") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
