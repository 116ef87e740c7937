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
        var scopes = new List<Scope>();
        foreach (var name in ScopeText.Split(scope))
        {
            if (apis.TryGetValue(name, out var api))
            {
                scopes.Add(api);
            }
        }

        return scopes.Count == 0 ? None : new ScopeResources(Union(scopes, s => s.Resources), Union(scopes, s => s.Claims));
    }

    // One API with one resource, as a rule.
    private static IReadOnlyList<string> Union(List<Scope> scopes, Func<Scope, IList<string>> values) => scopes is [var only] && values(only) is { Count: <= 1 } few
        ? [.. few]
        : [.. scopes.SelectMany(values).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
