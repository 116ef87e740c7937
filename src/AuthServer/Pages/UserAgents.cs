using System.Text;
using AuthServer.Grants.Entities;

namespace AuthServer.Pages;

/// <summary>What a browser calls itself, as a person would.</summary>
internal static class UserAgents
{
    // The order matters: every browser claims to be those below it, too.
    private static readonly (string Token, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Token, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>As much of it as is kept, in whole characters: PostgreSQL stores neither half a surrogate pair nor NUL.</summary>
    public static string Kept(HttpRequest request)
    {
        var kept = new StringBuilder();
        foreach (var rune in request.Headers.UserAgent.ToString().EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > SecurityEvent.MaxUserAgentLength)
            {
                break;
            }

            kept.Append(rune.Value == 0 ? "" : rune.ToString());
        }

        return kept.ToString();
    }

    public static string Describe(string? userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        (null, null) => "Unknown browser",
        ({ } browser, null) => browser,
        (null, { } system) => $"A browser on {system}",
        var (browser, system) => $"{browser} on {system}",
    };

    private static string? Find((string Token, string Name)[] known, string? userAgent) =>
        userAgent is null ? null : known.FirstOrDefault(one => userAgent.Contains(one.Token, StringComparison.Ordinal)).Name;
}
