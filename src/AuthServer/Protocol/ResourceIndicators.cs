using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary>
/// Resource indicators (RFC 8707). A scope is good for the resources it is registered with; one that has none, as every standard scope, is good
/// for the issuer. The scopes are those of the registry as it is now.
/// </summary>
internal sealed class ResourceIndicators(Registry registry, LivenessReader liveness, Issuer issuer)
{
    /// <summary>Whether each of <paramref name="resources"/> is one that a value of <paramref name="scope"/> is good for.</summary>
    /// <param name="resources">What is asked for.</param>
    /// <param name="scope">What it must be good for.</param>
    /// <param name="installation">Where the caller has read it already.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    public async ValueTask<bool> AreGoodAsync(
        IReadOnlyList<string> resources, string scope, InstallationState? installation, CancellationToken cancellationToken)
    {
        if (resources.Count == 0)
        {
            return true;
        }

        var version = (installation ?? await liveness.ReadInstallationAsync(cancellationToken)).RegistryVersion;
        var apis = await registry.ScopesAsync(version, cancellationToken);
        var good = ScopeText.Split(scope).SelectMany(name => Of(apis, name)).ToHashSet(StringComparer.Ordinal);
        return resources.All(good.Contains);
    }

    /// <summary>Null where a token request may name <paramref name="resources"/>: within what was asked for before (§2.2), and good for the scopes.</summary>
    public async ValueTask<OAuthError?> RefuseAsync(
        IReadOnlyList<string> resources, FamilyState state, string scope, CancellationToken cancellationToken)
    {
        var family = state.Family;
        var within = family.Resources.Length == 0 || !resources.Except(ScopeText.Split(family.Resources), StringComparer.Ordinal).Any();
        return within && await AreGoodAsync(resources, scope, state.Installation, cancellationToken)
            ? null
            : OAuthError.InvalidTarget("resource is none that this authorization is good for.");
    }

    /// <summary>The token for what a token request names, or, where it names nothing, for what the authorization request named.</summary>
    public ValueTask<AccessTokenTarget> ChooseAsync(
        IReadOnlyList<string> resources, FamilyState state, string scope, CancellationToken cancellationToken) =>
        ChooseAsync(resources.Count > 0 ? resources : ScopeText.Split(state.Family.Resources), scope, state.Installation, cancellationToken);

    /// <summary>The token for <paramref name="resources"/>; for everything its scopes are good for where there are none.</summary>
    public async ValueTask<AccessTokenTarget> ChooseAsync(
        IReadOnlyList<string> resources, string scope, InstallationState installation, CancellationToken cancellationToken)
    {
        var apis = await registry.ScopesAsync(installation.RegistryVersion, cancellationToken);
        if (resources.Count == 0)
        {
            return new AccessTokenTarget(scope, ScopeResources.Of(apis, scope));
        }

        var names = ScopeText.Split(scope);
        string[] audience = [.. resources.Where(resource => names.Any(name => Of(apis, name).Contains(resource))).Order(StringComparer.Ordinal)];

        // Every scope for them was unticked or taken back: what is left is good for the issuer alone, never for a resource nobody allowed.
        audience = audience.Length > 0 ? audience : [issuer.Value];
        string[] kept = [.. names.Where(name => Of(apis, name).Intersect(audience, StringComparer.Ordinal).Any())];
        string[] claims = [.. kept.SelectMany(name => apis.GetValueOrDefault(name)?.Claims ?? []).Distinct(StringComparer.Ordinal)];
        return new AccessTokenTarget(ScopeText.Join(kept), new ScopeResources(audience, claims));
    }

    private IEnumerable<string> Of(IReadOnlyDictionary<string, Scope> apis, string name) =>
        apis.GetValueOrDefault(name) is { Resources: { Count: > 0 } resources } ? resources : [issuer.Value];
}
