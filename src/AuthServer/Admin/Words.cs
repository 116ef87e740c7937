using System.Globalization;
using System.Text.Json;
using AuthServer.Grants.Revocation;

namespace AuthServer.Admin;

/// <summary>How the operator's pages say things.</summary>
internal static class Words
{
    /// <summary>The word on the wire and in the database, <c>device_sign_out</c>.</summary>
    public static string Wire(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The same for people, "Device sign out".</summary>
    public static string Plain(Enum value)
    {
        var words = Wire(value).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
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
}
