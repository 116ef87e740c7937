using AuthServer.Grants;

namespace AuthServer.Protocol;

/// <summary>
/// Claims that were asked for by themselves (OpenID Connect Core §5.5), as they stand in a grant among scope values: in quotes, which no scope
/// value has (RFC 6749 §3.3). So they are asked for, shown and taken back like scopes.
/// </summary>
internal static class QuotedClaims
{
    public static string Quote(string claim) => $"\"{claim}\"";

    /// <summary>The claim that <paramref name="value"/> quotes; null for a scope value.</summary>
    public static string? ClaimOf(string value) => value is ['"', .. var claim, '"'] ? claim : null;

    /// <summary>
    /// What the user must be asked for besides <paramref name="scope"/>: the claims that no value of it carries. A claim whose scope the client is not
    /// registered for is ignored: the operator's word stands above the client's.
    /// </summary>
    public static IEnumerable<string> Besides(ClaimsRequest request, string scope, string registered) =>
        from claim in request.Names
        let carrier = UserClaims.ScopeOf(claim)
        where carrier is not null && ScopeText.Contains(registered, carrier) && !ScopeText.Contains(scope, carrier)
        select Quote(claim);

    /// <summary>Whether the client may have a value of a grant, as it is registered now.</summary>
    public static bool IsRegistered(string value, string registered) =>
        (ClaimOf(value) is { } claim ? UserClaims.ScopeOf(claim) : value) is { } scope && ScopeText.Contains(registered, scope);

    /// <summary>Whether <paramref name="allowed"/> has the claim, by itself or by its scope.</summary>
    public static bool IsAllowed(string claim, string allowed) =>
        UserClaims.ScopeOf(claim) is { } scope && (ScopeText.Contains(allowed, scope) || ScopeText.Contains(allowed, Quote(claim)));
}
