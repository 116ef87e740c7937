using AuthServer.Grants;

namespace AuthServer.Protocol;

/// <summary>The authentication context class (<c>acr</c>, OpenID Connect Core §2): how much a sign-in proved. A stronger one does for a weaker.</summary>
internal static class AuthenticationContext
{
    /// <summary>A password, or one other proof.</summary>
    public const string SingleFactor = "single_factor";

    /// <summary>A second factor besides it.</summary>
    public const string MultiFactor = "multi_factor";

    /// <summary>From the weakest to the strongest.</summary>
    public static IReadOnlyList<string> Levels { get; } = [SingleFactor, MultiFactor];

    /// <summary>What the methods of a sign-in (RFC 8176) prove together.</summary>
    public static string Of(string amr) => ScopeText.Contains(amr, "mfa") ? MultiFactor : SingleFactor;

    public static bool IsKnown(string acr) => acr is SingleFactor or MultiFactor;

    /// <summary>Whether <paramref name="level"/> does for <paramref name="wanted"/>; both are known.</summary>
    public static bool Reaches(string level, string wanted) => level == MultiFactor || wanted == SingleFactor;
}
