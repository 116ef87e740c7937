using AuthServer.Grants;
using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary>What the <c>claims</c> parameter lets a family tell of its user (OpenID Connect Core §5.5), as far as user and operator allow it now.</summary>
internal static class ToldClaims
{
    public static IEnumerable<KeyValuePair<string, object>> InIdToken(FamilyState state) => Of(state, request => request.IdToken);

    public static IEnumerable<KeyValuePair<string, object>> AtUserInfo(FamilyState state) => Of(state, request => request.UserInfo);

    private static IEnumerable<KeyValuePair<string, object>> Of(
        FamilyState state, Func<ClaimsRequest, IReadOnlyDictionary<string, RequestedClaim>> member) =>
        state.Family.Claims is { } json && ClaimsRequest.Parse(json) is { } request
            ? UserClaims.Named(state.User!, member(request).Keys.Where(claim => MayTell(state, claim)))
            : [];

    private static bool MayTell(FamilyState state, string claim) =>
        UserClaims.ScopeOf(claim) is { } scope
        && (ScopeText.Contains(state.EffectiveScope, scope)
            || (ScopeText.Contains(state.Client!.Scope, scope) && ScopeText.Contains(state.Grant!.Scope, QuotedClaims.Quote(claim))));
}
