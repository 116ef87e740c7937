using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>The standard claims (OpenID Connect Core §5.1), from the user's own row. What the user has not is left out.</summary>
internal static class UserClaims
{
    private static readonly Dictionary<string, Func<FamilyUser, object?>> Sources = new(StringComparer.Ordinal)
    {
        ["name"] = u => u.Name,
        ["given_name"] = u => u.GivenName,
        ["family_name"] = u => u.FamilyName,
        ["preferred_username"] = u => u.UserName,
        ["picture"] = u => u.Picture,
        ["website"] = u => u.Website,
        ["birthdate"] = u => u.Birthdate,
        ["zoneinfo"] = u => u.Zoneinfo,
        ["locale"] = u => u.Locale,
        ["updated_at"] = u => EpochTime.GetIntDate(u.UpdatedAt),
        ["email"] = u => u.Email,
        ["email_verified"] = u => u.Email is null ? null : u.EmailConfirmed,
        ["phone_number"] = u => u.PhoneNumber,
        ["phone_number_verified"] = u => u.PhoneNumber is null ? null : u.PhoneNumberConfirmed,
        ["address"] = u => u.Address is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["formatted"] = u.Address },
    };

    private static readonly Dictionary<string, string[]> OfScope = new(StringComparer.Ordinal)
    {
        ["profile"] =
        [
            "name", "given_name", "family_name", "preferred_username", "picture", "website", "birthdate", "zoneinfo", "locale", "updated_at",
        ],
        ["email"] = ["email", "email_verified"],
        ["phone"] = ["phone_number", "phone_number_verified"],
        ["address"] = ["address"],
    };

    /// <summary>Every claim that can be told; published in discovery.</summary>
    public static IReadOnlyList<string> Supported { get; } = [.. Sources.Keys];

    /// <summary>The scope that carries a claim; null for a claim that is not known here.</summary>
    public static string? ScopeOf(string claim) => OfScope.FirstOrDefault(pair => pair.Value.Contains(claim, StringComparer.Ordinal)).Key;

    /// <summary>The claims of <paramref name="scope"/>'s values (OpenID Connect Core §5.4).</summary>
    public static IEnumerable<KeyValuePair<string, object>> Of(FamilyUser user, string scope) =>
        Named(user, ScopeText.Split(scope).SelectMany(value => OfScope.GetValueOrDefault(value, [])));

    /// <summary>The claims of these names, as far as the user has them.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Named(FamilyUser user, IEnumerable<string> names) =>
        from name in names
        let value = Sources.GetValueOrDefault(name)?.Invoke(user)
        where value is not null
        select KeyValuePair.Create(name, value);
}
