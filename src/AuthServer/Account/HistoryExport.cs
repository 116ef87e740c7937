using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuthServer.Account;

/// <summary>A history as a file: JSON, or CSV (RFC 4180) that no spreadsheet takes for formulas.</summary>
internal static class HistoryExport
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static byte[] Json(IEnumerable<HistoryRow> rows) => JsonSerializer.SerializeToUtf8Bytes(rows, Options);

    public static byte[] Csv(IEnumerable<HistoryRow> rows)
    {
        var text = new StringBuilder("at,what,times,address,user_agent,session_id,receipt\r\n");
        foreach (var row in rows)
        {
            text.AppendJoin(',', new[]
            {
                row.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), row.Words, row.Times.ToString(CultureInfo.InvariantCulture),
                row.Address, row.UserAgent, row.SessionId?.ToString(), row.Receipt?.ToString(),
            }.Select(Field)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // A field that begins like a formula is one to a spreadsheet, quoted or not: browsers and clients choose some of these words.
    private static string Field(string? value)
    {
        var text = value ?? "";
        var guarded = text.Length > 0 && "=+-@\t\r\n".Contains(text[0], StringComparison.Ordinal) ? $"'{text}" : text;
        return $"\"{guarded.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
