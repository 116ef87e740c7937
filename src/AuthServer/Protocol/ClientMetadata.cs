using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Grants;
using AuthServer.Grants.Entities;

namespace AuthServer.Protocol;

/// <summary>What a client is registered with: the members of RFC 7591 §2 and our own, with their defaults.</summary>
internal sealed record ClientMetadata
{
    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    /// <summary>Secret.</summary>
    [JsonPropertyName("client_secret")]
    public string? ClientSecret { get; init; }

    [JsonPropertyName("client_name")]
    public string? ClientName { get; init; }

    [JsonPropertyName("client_uri")]
    public string? ClientUri { get; init; }

    [JsonPropertyName("logo_uri")]
    public string? LogoUri { get; init; }

    [JsonPropertyName("tos_uri")]
    public string? TosUri { get; init; }

    [JsonPropertyName("policy_uri")]
    public string? PolicyUri { get; init; }

    [JsonPropertyName("token_endpoint_auth_method")]
    public string TokenEndpointAuthMethod { get; init; } = "client_secret_basic";

    [JsonPropertyName("token_endpoint_auth_signing_alg")]
    public string? TokenEndpointAuthSigningAlg { get; init; }

    /// <summary>A JWK Set (RFC 7517 §5).</summary>
    [JsonPropertyName("jwks")]
    public JsonElement? Jwks { get; init; }

    [JsonPropertyName("jwks_uri")]
    public string? JwksUri { get; init; }

    [JsonPropertyName("dpop_bound_access_tokens")]
    public bool DpopBoundAccessTokens { get; init; }

    [JsonPropertyName("grant_types")]
    public IReadOnlyList<string> GrantTypes { get; init; } = ["authorization_code"];

    [JsonPropertyName("redirect_uris")]
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    [JsonPropertyName("post_logout_redirect_uris")]
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    [JsonPropertyName("backchannel_logout_uri")]
    public string? BackchannelLogoutUri { get; init; }

    [JsonPropertyName("backchannel_logout_session_required")]
    public bool BackchannelLogoutSessionRequired { get; init; }

    [JsonPropertyName("frontchannel_logout_uri")]
    public string? FrontchannelLogoutUri { get; init; }

    [JsonPropertyName("frontchannel_logout_session_required")]
    public bool FrontchannelLogoutSessionRequired { get; init; }

    [JsonPropertyName("scope")]
    public string Scope { get; init; } = "";

    /// <summary>RFC 9126 §6.</summary>
    [JsonPropertyName("require_pushed_authorization_requests")]
    public bool RequirePushedAuthorizationRequests { get; init; }

    [JsonPropertyName("application_type")]
    public string ApplicationType { get; init; } = "web";

    [JsonPropertyName("access_token_format")]
    public string AccessTokenFormat { get; init; } = "jwt";

    [JsonPropertyName("access_token_signed_response_alg")]
    public string AccessTokenSignedResponseAlg { get; init; } = "ES256";

    [JsonPropertyName("id_token_signed_response_alg")]
    public string IdTokenSignedResponseAlg { get; init; } = "RS256";

    /// <summary>Default: yes for a native client, which shares the system browser's session; else no.</summary>
    [JsonPropertyName("offline_access_survives_logout")]
    public bool? OfflineAccessSurvivesLogout { get; init; }

    [JsonPropertyName("revoke_family_with_access_token")]
    public bool RevokeFamilyWithAccessToken { get; init; }

    [JsonPropertyName("consent")]
    public string Consent { get; init; } = "explicit";

    [JsonPropertyName("introspection")]
    public bool Introspection { get; init; }

    [JsonPropertyName("introspection_resources")]
    public IReadOnlyList<string> IntrospectionResources { get; init; } = [];

    [JsonIgnore]
    public bool IsPublic => TokenEndpointAuthMethod == "none";

    /// <summary>Whether it proves who it is by a secret.</summary>
    [JsonIgnore]
    public bool HasSecret => TokenEndpointAuthMethod is not ("none" or ClientAssertions.Method);

    /// <summary>The row of a new client. Its secret is hashed by the caller.</summary>
    public Client NewClient(Guid id, DateTime createdAt) => new()
    {
        Id = id,
        CreatedAt = createdAt,
        ClientId = ClientId ?? throw new InvalidOperationException("Only metadata that was found right becomes a client."),
        ClientName = ClientName,
        ClientUri = ClientUri,
        LogoUri = LogoUri,
        TosUri = TosUri,
        PolicyUri = PolicyUri,
        TokenEndpointAuthMethod = TokenEndpointAuthMethod,
        TokenEndpointAuthSigningAlg = TokenEndpointAuthSigningAlg,
        Jwks = Jwks?.GetRawText(),
        JwksUri = JwksUri,
        DpopBoundAccessTokens = DpopBoundAccessTokens,
        GrantTypes = [.. GrantTypes.Distinct(StringComparer.Ordinal)],
        RedirectUris = [.. RedirectUris.Distinct(StringComparer.Ordinal)],
        PostLogoutRedirectUris = [.. PostLogoutRedirectUris.Distinct(StringComparer.Ordinal)],
        BackchannelLogoutUri = BackchannelLogoutUri,
        BackchannelLogoutSessionRequired = BackchannelLogoutSessionRequired,
        FrontchannelLogoutUri = FrontchannelLogoutUri,
        FrontchannelLogoutSessionRequired = FrontchannelLogoutSessionRequired,
        Scope = ScopeText.Join(ScopeText.Split(Scope)),
        RequirePushedAuthorizationRequests = RequirePushedAuthorizationRequests,
        ApplicationType = ApplicationType,
        AccessTokenFormat = AccessTokenFormat,
        AccessTokenSignedResponseAlg = AccessTokenSignedResponseAlg,
        IdTokenSignedResponseAlg = IdTokenSignedResponseAlg,
        OfflineAccessSurvivesLogout = OfflineAccessSurvivesLogout ?? ApplicationType == "native",
        RevokeFamilyWithAccessToken = RevokeFamilyWithAccessToken,
        Consent = Consent,
        Introspection = Introspection,
        IntrospectionResources = [.. IntrospectionResources.Distinct(StringComparer.Ordinal)],
    };

    // The default would print the secret.
    public override string ToString() => ClientId ?? "";
}
