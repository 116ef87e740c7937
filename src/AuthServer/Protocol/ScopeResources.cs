using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol;

/// <summary>What the scopes of a token are good for.</summary>
/// <param name="Audience">The resources of its API scopes; empty: the issuer.</param>
/// <param name="Claims">The user claims its API scopes carry into access tokens.</param>
internal sealed record ScopeResources(IReadOnlyList<string> Audience, IReadOnlyList<string> Claims)
{
    private static readonly ScopeResources None = new([], []);

    /// <summary>Asks the database only where there is a scope that is not a standard one.</summary>
    public static async Task<ScopeResources> OfAsync(AuthServerDbContext db, string scope, CancellationToken cancellationToken)
    {
        var names = ScopeText.Split(scope).Where(name => !StandardScopes.Names.Contains(name)).ToList();
        if (names.Count == 0)
        {
            return None;
        }

        var scopes = await db.Scopes.AsNoTracking().Where(s => names.Contains(s.Name)).ToListAsync(cancellationToken);
        return new ScopeResources(Union(scopes, s => s.Resources), Union(scopes, s => s.Claims));
    }

    private static List<string> Union(List<Scope> scopes, Func<Scope, IEnumerable<string>> values) =>
        [.. scopes.SelectMany(values).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
