using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Html;

namespace AuthServer.Admin;

/// <summary>How the operator's pages say things.</summary>
internal static partial class Words
{
    /// <summary>The word on the wire and in the database, <c>device_sign_out</c>.</summary>
    public static string Wire(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The same for people, "Device sign out".</summary>
    public static string Plain(Enum value)
    {
        var words = Wire(value).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A long word, an address or a member's name, which may be broken after its signs rather than anywhere.</summary>
    public static IHtmlContent Breakable(string? text)
    {
        var content = new HtmlContentBuilder();
        foreach (var part in Signs().Split(text ?? "").Where(part => part.Length > 0))
        {
            content.Append(part);
            _ = part is "@" or "_" or "/" or ":" ? content.AppendHtml("<wbr>") : content;
        }

        return content;
    }

    public static string Count(int count) => count > RevocationReceipt.CountLimit ? $"more than {Number(RevocationReceipt.CountLimit)}" : Number(count);

    public static string Count(int count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"3 days", "2 hours", "5 minutes".</summary>
    public static string Span(TimeSpan span) =>
        span.TotalDays >= 2 ? $"{Number((long)span.TotalDays)} days"
        : span.TotalHours >= 2 ? $"{Number((long)span.TotalHours)} hours"
        : span.TotalMinutes >= 2 ? $"{Number((long)span.TotalMinutes)} minutes"
        : "a minute";

    [GeneratedRegex("(?<sign>[@_/:])", RegexOptions.None, 1000)]
    private static partial Regex Signs();
}
