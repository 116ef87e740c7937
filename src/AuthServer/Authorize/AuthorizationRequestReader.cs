using System.Buffers.Text;
using System.Globalization;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Authorize;

/// <summary>
/// Reads and checks an authorization request. What is wrong before the redirect URI is known to be the client's is told to the person, never
/// sent anywhere; what is wrong after it is told to the client.
/// </summary>
internal sealed class AuthorizationRequestReader(AuthServerDbContext db, IdTokenHints hints, ResourceIndicators resources)
{
    private const int ChallengeLength = 43;

    private static readonly string[] KnownPrompts = ["none", "login", "consent", "select_account"];

    /// <summary>The request, which may still be refused; or, without a request, the refusal a person must be told.</summary>
    /// <param name="parameters">As the client sent them.</param>
    /// <param name="pushed">It is pushed, or was (RFC 9126).</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    public async Task<(AuthorizationRequest? Request, AuthorizationRefusal? Refusal)> ReadAsync(
        ProtocolParameters parameters, bool pushed, CancellationToken cancellationToken)
    {
        var clientId = parameters["client_id"];
        var client = clientId is null
            ? null
            : await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.ClientId == clientId, cancellationToken);
        if (client is null || client.Disabled)
        {
            return (null, new("invalid_client", clientId is null ? "client_id is missing." : "No client of this name may ask here."));
        }

        // RFC 6749 §3.1.2.3: with one registered URI the request may leave it out.
        var given = parameters["redirect_uri"];
        var redirectUri = given ?? (client.RedirectUris is [var only] ? only : null);
        if (redirectUri is null || !RedirectUris.IsRegistered(client, redirectUri))
        {
            return (null, new("invalid_request", given is null
                ? "redirect_uri is missing, and the client has not registered exactly one."
                : "redirect_uri is not one that the client has registered."));
        }

        var request = new AuthorizationRequest
        {
            Client = client,
            RedirectUri = redirectUri,
            RedirectUriGiven = given is not null,
            ResponseMode = parameters["response_mode"] ?? "query",
            State = parameters["state"],
        };
        return await CheckAsync(request, parameters, pushed, cancellationToken);
    }

    private async Task<(AuthorizationRequest Request, AuthorizationRefusal? Refusal)> CheckAsync(
        AuthorizationRequest request, ProtocolParameters parameters, bool pushed, CancellationToken cancellationToken)
    {
        if (CheckForm(request.Client, parameters, pushed) is { } malformed)
        {
            return (request with { ResponseMode = request.ResponseMode == "form_post" ? "form_post" : "query" }, malformed);
        }

        var prompt = ScopeText.Split(parameters["prompt"]);
        var maxAge = ReadMaxAge(parameters["max_age"]);
        var hint = parameters["id_token_hint"] is { } token ? await hints.ReadAsync(token, cancellationToken) : null;
        var claims = parameters["claims"] is { } json ? ClaimsRequest.Parse(json) : null;
        var users = WantedUsers(hint, claims);
        var scope = ScopeText.Join(ScopeText.Split(parameters["scope"]));
        var refusal = CheckScope(request.Client, parameters["scope"])
            ?? CheckPkce(request.Client, parameters)
            ?? CheckDpopJkt(parameters["dpop_jkt"])
            ?? CheckPrompt(prompt)
            ?? (maxAge is null && parameters["max_age"] is not null
                ? AuthorizationRefusal.InvalidRequest("max_age must be a number of seconds, 0 or more.") : null)
            ?? (hint is null && parameters["id_token_hint"] is not null
                ? AuthorizationRefusal.InvalidRequest("id_token_hint is not an ID token of this server.") : null)
            ?? (claims is null && parameters["claims"] is not null
                ? AuthorizationRefusal.InvalidRequest("claims is not as OpenID Connect Core, section 5.5, has it, or is too long.") : null)
            ?? (users.Count > 1 ? AuthorizationRefusal.InvalidRequest("More than one user is asked for.") : null)
            ?? (await resources.AreGoodAsync(parameters.Resources, scope, installation: null, cancellationToken)
                ? null : new AuthorizationRefusal("invalid_target", "resource is none that a scope asked for is good for."));
        return (WithAcr(request, parameters["acr_values"], claims) with
        {
            Nonce = parameters["nonce"],
            Scope = scope,
            Asked = Asked(request.Client, scope, claims),
            Resources = parameters.Resources,
            Claims = claims,
            Prompt = prompt,
            MaxAge = maxAge,
            CodeChallenge = parameters["code_challenge"],
            DpopJkt = parameters["dpop_jkt"],
            LoginHint = parameters["login_hint"],
            HintedUserId = users.Count > 0 ? users[0] : null,
        }, refusal);
    }

    /// <summary>OpenID Connect Core §5.5.1: <c>sub</c> with a value is a hint like <c>id_token_hint</c>. No user has the empty id.</summary>
    private static List<Guid> WantedUsers(IdTokenHint? hint, ClaimsRequest? claims)
    {
        var subjects = claims?.Subjects.Select(sub => Guid.TryParseExact(sub, "D", out var id) ? id : Guid.Empty) ?? [];
        return [.. subjects.Concat(hint is null ? [] : [hint.UserId]).Distinct()];
    }

    /// <summary>OpenID Connect Core §5.4: what is asked of the user is about an OpenID request alone.</summary>
    private static string Asked(Client client, string scope, ClaimsRequest? claims) => claims is null || !ScopeText.Contains(scope, StandardScopes.OpenId)
        ? scope
        : ScopeText.Join([.. ScopeText.Split(scope), .. QuotedClaims.Besides(claims, scope, client.Scope)]);

    /// <summary>An essential <c>acr</c> with values stands above <c>acr_values</c>, which is voluntary (OpenID Connect Core §5.5.1.1).</summary>
    private static AuthorizationRequest WithAcr(AuthorizationRequest request, string? acrValues, ClaimsRequest? claims)
    {
        var claim = claims?.IdToken.GetValueOrDefault("acr");
        var essential = claim is { Essential: true, Values.Count: > 0 };
        return request with
        {
            Acr = essential || acrValues is null ? claim?.Values ?? [] : ScopeText.Split(acrValues),
            AcrEssential = essential,
        };
    }

    private static AuthorizationRefusal? CheckForm(Client client, ProtocolParameters parameters, bool pushed) =>
        parameters["request"] is not null ? new("request_not_supported", "Request objects are not supported.")
        : parameters["request_uri"] is not null ? new("request_uri_not_supported", "request_uri is not supported.")
        : client.RequirePushedAuthorizationRequests && !pushed
            ? AuthorizationRefusal.InvalidRequest("The client is registered to push its requests (RFC 9126).")
        : parameters["registration"] is not null ? new("registration_not_supported", "registration is not supported.")
        : parameters["response_type"] is null ? AuthorizationRefusal.InvalidRequest("response_type is missing.")
        : parameters["response_type"] != "code" ? new("unsupported_response_type", "Only response_type=code is supported.")
        : parameters["response_mode"] is not (null or "query" or "form_post")
            ? AuthorizationRefusal.InvalidRequest("Only response_mode query and form_post are supported.")
        : !client.GrantTypes.Contains("authorization_code")
            ? new("unauthorized_client", "The client is not registered for authorization_code.")
        : null;

    private static AuthorizationRefusal? CheckScope(Client client, string? scope) =>
        ScopeText.Split(scope).Length == 0 ? new("invalid_scope", "scope is missing.")
        : ScopeText.IsWithin(scope!, client.Scope) ? null
        : new("invalid_scope", "A scope is asked for that the client is not registered for.");

    private static AuthorizationRefusal? CheckPkce(Client client, ProtocolParameters parameters)
    {
        var (challenge, method) = (parameters["code_challenge"], parameters["code_challenge_method"]);
        if (challenge is null)
        {
            // RFC 9700 §2.1.1: public clients must use PKCE; whoever asks for it must not be talked down to plain.
            return client.IsPublic ? AuthorizationRefusal.InvalidRequest("code_challenge is missing: public clients must use PKCE.")
                : method is not null ? AuthorizationRefusal.InvalidRequest("code_challenge_method without code_challenge.")
                : null;
        }

        return method != "S256" ? AuthorizationRefusal.InvalidRequest("code_challenge_method must be S256.")
            : challenge.Length != ChallengeLength || !Base64Url.IsValid(challenge)
                ? AuthorizationRefusal.InvalidRequest("code_challenge is not a base64url SHA-256 digest.")
            : null;
    }

    private static AuthorizationRefusal? CheckDpopJkt(string? jkt) =>
        jkt is null || (jkt.Length == ChallengeLength && Base64Url.IsValid(jkt))
            ? null
            : AuthorizationRefusal.InvalidRequest("dpop_jkt is not a base64url SHA-256 thumbprint.");

    private static AuthorizationRefusal? CheckPrompt(string[] prompt) =>
        prompt.Except(KnownPrompts, StringComparer.Ordinal).Any()
            ? AuthorizationRefusal.InvalidRequest("A value of prompt is not known here.")
        : prompt.Length > 1 && prompt.Contains("none", StringComparer.Ordinal)
            ? AuthorizationRefusal.InvalidRequest("prompt=none stands alone.")
        : null;

    private static TimeSpan? ReadMaxAge(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
}
