using System.Collections.Frozen;
using AuthServer.Grants;

namespace AuthServer.Protocol;

/// <summary>The scopes that every installation knows (OpenID Connect Core §5.4, §11), and what the consent page says of them.</summary>
internal static class StandardScopes
{
    public const string OpenId = "openid";
    public const string OfflineAccess = ScopeText.OfflineAccess;

    public static readonly FrozenDictionary<string, string> Descriptions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [OpenId] = "Know who you are when you sign in",
        ["profile"] = "See your name and profile",
        ["email"] = "See your e-mail address",
        ["phone"] = "See your telephone number",
        ["address"] = "See your postal address",
        ["roles"] = "See the roles you have here",
        [OfflineAccess] = "Keep access while you are away",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly FrozenSet<string> Names = Descriptions.Keys.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The values of <paramref name="scope"/> that are an API's.</summary>
    public static string Without(string scope)
    {
        var values = ScopeText.Split(scope);
        return Array.Exists(values, Names.Contains) ? ScopeText.Join(values.Except(Names, StringComparer.Ordinal)) : scope;
    }
}
