namespace AuthServer.Protocol;

/// <summary>The rules of the URIs a client or a scope is registered with.</summary>
internal static class RegisteredUri
{
    /// <summary>What is wrong with an address the browser is sent back to (RFC 6749 §3.1.2, RFC 8252 §7, RP-Initiated Logout 1.0 §3.1); null: nothing.</summary>
    public static string? RedirectProblem(string text, bool native)
    {
        if (Parse(text) is not { } uri)
        {
            return "must be an absolute URI (RFC 6749 §3.1.2)";
        }

        // '#' alone is an empty fragment, and Uri says so too.
        if (uri.Fragment.Length > 0)
        {
            return "must have no fragment (RFC 6749 §3.1.2)";
        }

        return uri.Scheme switch
        {
            "https" or "http" when uri.Host.Contains('*') || uri.UserInfo.Length > 0 =>
                "must name one host, without user or wildcard: it is compared character by character (RFC 9700 §2.1)",
            "https" => null,
            "http" when uri.IsLoopback => null,
            "http" => "must be https; http is good for loopback addresses only (RFC 9700 §2.6)",
            _ when !native => "must be https (application_type is web)",

            // RFC 8252 §7.1: a reversed domain name. That leaves no room for javascript:, data: or file: either.
            var scheme when !scheme.Contains('.') => "has a scheme that is not based on a domain name, such as com.example.app (RFC 8252 §7.1)",
            _ => null,
        };
    }

    /// <summary>What is wrong with an address that is told of a logout (Back-Channel Logout 1.0 §2.2, Front-Channel Logout 1.0 §2); null: nothing.</summary>
    public static string? LogoutProblem(string text, bool isPublic) => Parse(text) switch
    {
        null => "must be an absolute URI",
        { Fragment.Length: > 0 } => "must have no fragment",
        { UserInfo.Length: > 0 } => "must name no user",
        { Scheme: "https" } => null,
        { Scheme: "http", IsLoopback: true } when !isPublic => null,
        { Scheme: "http", IsLoopback: true } => "must be https; http is good for confidential clients only",
        _ => "must be https; http is good for loopback addresses only",
    };

    /// <summary>What is wrong with an address that a client's keys are fetched from (RFC 7591 §2): who can change the answer is the client; null: nothing.</summary>
    public static string? KeysProblem(string text) => Parse(text) is { Scheme: "https", Fragment: "", UserInfo: "" }
        ? null
        : "must be an absolute https address without user and fragment";

    /// <summary>The origin of an http or https address (RFC 6454 §6.2), as browsers write it; null for any other.</summary>
    public static string? Origin(string text) => Parse(text) is { Scheme: "https" or "http" } uri
        ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
        : null;

    /// <summary>Whether two addresses have scheme, host and port in common.</summary>
    public static bool IsSameOrigin(string one, string other) =>
        Parse(one) is { } first && Parse(other) is { } second
        && Uri.Compare(first, second, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>What is wrong with a page or picture shown to users (RFC 7591 §2); null: nothing.</summary>
    public static string? PageProblem(string text) =>
        Parse(text) is { Scheme: "https" or "http" } ? null : "must be an absolute https or http address (RFC 7591 §2)";

    /// <summary>What is wrong with a resource's name; null: nothing.</summary>
    public static string? ResourceProblem(string text) =>
        Parse(text) is { Fragment: "" } ? null : "must be an absolute URI without fragment (RFC 8707 §2)";

    // RFC 3986 §2 and §4.3. Uri itself is lenient: it trims, repairs, and takes /path for a file.
    private static Uri? Parse(string text) =>
        text.All(c => c is > ' ' and <= '~' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase)
            ? uri
            : null;
}
