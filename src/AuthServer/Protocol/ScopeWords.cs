using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol;

/// <summary>What the values of a grant mean to a person.</summary>
internal static class ScopeWords
{
    private static readonly Dictionary<string, string> OfClaim = new(StringComparer.Ordinal)
    {
        ["name"] = "See your name",
        ["given_name"] = "See your given name",
        ["family_name"] = "See your family name",
        ["preferred_username"] = "See your user name",
        ["picture"] = "See your picture",
        ["website"] = "See the address of your website",
        ["birthdate"] = "See your date of birth",
        ["zoneinfo"] = "See your time zone",
        ["locale"] = "See your language",
        ["updated_at"] = "See when your profile was last changed",
        ["email"] = "See your e-mail address",
        ["email_verified"] = "See whether your e-mail address is confirmed",
        ["phone_number"] = "See your telephone number",
        ["phone_number_verified"] = "See whether your telephone number is confirmed",
        ["address"] = "See your postal address",
    };

    /// <summary>Reads the descriptions of the API scopes among <paramref name="values"/>; what nobody has described is called by its name.</summary>
    public static async Task<Func<string, string>> OfAsync(AuthServerDbContext db, IEnumerable<string> values, CancellationToken cancellationToken)
    {
        string[] names = [.. values.Distinct(StringComparer.Ordinal)];
        var known = await db.Scopes.AsNoTracking().Where(s => names.Contains(s.Name))
            .ToDictionaryAsync(s => s.Name, s => s.Description, cancellationToken);
        return value => QuotedClaims.ClaimOf(value) is { } claim
            ? OfClaim.GetValueOrDefault(claim) ?? claim
            : known.GetValueOrDefault(value) ?? StandardScopes.Descriptions.GetValueOrDefault(value) ?? value;
    }
}
