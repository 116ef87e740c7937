namespace AuthServer.Protocol;

/// <summary>Scope values: those the specifications define, and what any may look like.</summary>
internal static class ScopeNames
{
    /// <summary>Always there (OpenID Connect Core §5.4 and §11, and our <c>roles</c>); every other value is a scope of an API.</summary>
    public static IReadOnlyList<string> Standard { get; } = ["openid", "profile", "email", "phone", "address", "roles", "offline_access"];

    /// <summary>RFC 6749 §3.3: printable ASCII without space, quote and backslash.</summary>
    public static bool IsWellFormed(string name) => name.Length > 0 && name.All(c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'));
}
