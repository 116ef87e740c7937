using AuthServer.Grants;
using AuthServer.Grants.Entities;

namespace AuthServer.Protocol;

/// <summary>What the scopes of a token are good for.</summary>
/// <param name="Audience">The resources of its API scopes; empty: the issuer.</param>
/// <param name="Claims">The user claims its API scopes carry into access tokens.</param>
internal sealed record ScopeResources(IReadOnlyList<string> Audience, IReadOnlyList<string> Claims)
{
    private static readonly ScopeResources None = new([], []);

    /// <summary>The union of what the values of <paramref name="scope"/> are good for.</summary>
    /// <param name="apis">The registered scopes; the standard ones are not among them.</param>
    /// <param name="scope">Space-delimited.</param>
    public static ScopeResources Of(IReadOnlyDictionary<string, Scope> apis, string scope)
    {
        var scopes = ScopeText.Split(scope).Select(apis.GetValueOrDefault).OfType<Scope>().ToList();
        return scopes.Count == 0 ? None : new ScopeResources(Union(scopes, s => s.Resources), Union(scopes, s => s.Claims));
    }

    private static List<string> Union(List<Scope> scopes, Func<Scope, IEnumerable<string>> values) =>
        [.. scopes.SelectMany(values).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
