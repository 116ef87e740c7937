using System.Text.Json.Serialization;
using AuthServer.Protocol;

namespace AuthServer.Discovery;

/// <summary>The server's metadata, under the registered names (RFC 8414 §2; OpenID Connect Discovery 1.0 §3).</summary>
internal sealed record ServerMetadata
{
    private static readonly string[] AuthMethods = ["client_secret_basic", "client_secret_post", ClientAssertions.Method, "none"];

    public required string Issuer { get; init; }

    public required string AuthorizationEndpoint { get; init; }

    public required string PushedAuthorizationRequestEndpoint { get; init; }

    public required string TokenEndpoint { get; init; }

    public required string UserinfoEndpoint { get; init; }

    public required string JwksUri { get; init; }

    public required string RevocationEndpoint { get; init; }

    public required string IntrospectionEndpoint { get; init; }

    public required string EndSessionEndpoint { get; init; }

    public required string DeviceAuthorizationEndpoint { get; init; }

    public IReadOnlyList<string> ScopesSupported { get; } = [.. StandardScopes.Names.Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> ResponseTypesSupported { get; } = ["code"];

    public IReadOnlyList<string> ResponseModesSupported { get; } = ["query", "form_post"];

    public IReadOnlyList<string> GrantTypesSupported { get; } = ["authorization_code", "refresh_token", "client_credentials", DeviceGrant.Type];

    public IReadOnlyList<string> SubjectTypesSupported { get; } = ["public"];

    public IReadOnlyList<string> IdTokenSigningAlgValuesSupported { get; } = ["RS256", "ES256"];

    public IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; } = AuthMethods;

    public IReadOnlyList<string> TokenEndpointAuthSigningAlgValuesSupported { get; } = ForeignJwts.Algorithms;

    public IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; } = AuthMethods;

    public IReadOnlyList<string> RevocationEndpointAuthSigningAlgValuesSupported { get; } = ForeignJwts.Algorithms;

    public IReadOnlyList<string> IntrospectionEndpointAuthMethodsSupported { get; } = AuthMethods;

    public IReadOnlyList<string> IntrospectionEndpointAuthSigningAlgValuesSupported { get; } = ForeignJwts.Algorithms;

    public IReadOnlyList<string> DpopSigningAlgValuesSupported { get; } = ForeignJwts.Algorithms;

    public IReadOnlyList<string> CodeChallengeMethodsSupported { get; } = ["S256"];

    public IReadOnlyList<string> PromptValuesSupported { get; } = ["none", "login", "consent", "select_account"];

    /// <summary>From the weakest to the strongest.</summary>
    public IReadOnlyList<string> AcrValuesSupported { get; } = AuthenticationContext.Levels;

    public IReadOnlyList<string> ClaimTypesSupported { get; } = ["normal"];

    public IReadOnlyList<string> ClaimsSupported { get; } =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "roles", .. UserClaims.Supported];

    public bool ClaimsParameterSupported { get; } = true;

    /// <summary>A client may be registered so (RFC 9126 §6); the server does not ask it of all.</summary>
    public bool RequirePushedAuthorizationRequests { get; }

    public bool RequestParameterSupported { get; }

    public bool RequestUriParameterSupported { get; }

    public bool BackchannelLogoutSupported { get; } = true;

    public bool BackchannelLogoutSessionSupported { get; } = true;

    public bool FrontchannelLogoutSupported { get; } = true;

    public bool FrontchannelLogoutSessionSupported { get; } = true;

    public bool AuthorizationResponseIssParameterSupported { get; } = true;

    public static ServerMetadata Of(Issuer issuer) => new()
    {
        Issuer = issuer.Value,
        AuthorizationEndpoint = issuer.At("/connect/authorize"),
        PushedAuthorizationRequestEndpoint = issuer.At("/connect/par"),
        TokenEndpoint = issuer.At("/connect/token"),
        UserinfoEndpoint = issuer.At("/connect/userinfo"),
        JwksUri = issuer.At("/.well-known/jwks"),
        RevocationEndpoint = issuer.At("/connect/revoke"),
        IntrospectionEndpoint = issuer.At("/connect/introspect"),
        EndSessionEndpoint = issuer.At("/connect/endsession"),
        DeviceAuthorizationEndpoint = issuer.At("/connect/device"),
    };
}

/// <summary>Writes <see cref="ServerMetadata"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(ServerMetadata))]
internal sealed partial class MetadataJson : JsonSerializerContext;
