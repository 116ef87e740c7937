using AuthServer.Grants.Entities;

namespace AuthServer.Protocol;

/// <summary>Whether a redirect URI is a registered one: compared as text, exactly (RFC 9700 §2.1).</summary>
internal static class RedirectUris
{
    public static bool IsRegistered(Client client, string uri) =>
        client.RedirectUris.Contains(uri) || (client.ApplicationType == "native" && client.RedirectUris.Any(known => DiffersInPortOnly(known, uri)));

    /// <summary>An https URI names its owner; loopback and custom schemes can be answered by any program (RFC 8252 §8.6).</summary>
    public static bool IsClaimed(string uri) => uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    // RFC 8252 §7.3: a native client's loopback URI is matched without its port, which the system gives it at run time.
    private static bool DiffersInPortOnly(string known, string uri) =>
        Uri.TryCreate(known, UriKind.Absolute, out var registered) && Uri.TryCreate(uri, UriKind.Absolute, out var asked)
        && registered.Scheme == "http" && registered.Host is "127.0.0.1" or "[::1]"
        && asked.UserInfo.Length == 0
        && uri.StartsWith($"http://{registered.Host}", StringComparison.Ordinal)
        && WithoutPort(known, registered) == WithoutPort(uri, asked);

    private static string WithoutPort(string text, Uri uri)
    {
        var authority = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = text.IndexOfAny(['/', '?', '#'], authority);
        return uri.Host + (path < 0 ? "" : text[path..]);
    }
}
