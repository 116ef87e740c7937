using AuthServer.Protocol;

namespace AuthServer.Admin;

/// <summary>The form of a client: every member that may be registered, but for its secret, in the order an operator thinks of them.</summary>
internal static class ClientFields
{
    public static readonly IReadOnlyList<(string Heading, IReadOnlyList<ClientField> Fields)> Sections =
    [
        ("What people see",
        [
            Text("client_id", "Client id", "Cannot be changed later."),
            Text("client_name", "Name"),
            Text("client_uri", "Home page"),
            Text("logo_uri", "Logo"),
            Text("policy_uri", "Privacy policy"),
            Text("tos_uri", "Terms of service"),
        ]),
        ("How it signs people in",
        [
            Choice("application_type", "Kind of application", ["web", "native"]),
            Choice("token_endpoint_auth_method", "How it proves itself", ClientMetadataValidator.AuthMethods, "none: a public client, which cannot keep a secret"),
            Choice("token_endpoint_auth_signing_alg", "Signature of its assertions", ["", .. ForeignJwts.Algorithms], "private_key_jwt only; empty: any of them"),
            new("jwks", "Its public keys", ClientFieldKind.Json, [], "A JWK Set. Or the address below, not both."),
            Text("jwks_uri", "Where its public keys are"),
            new("grant_types", "Grant types", ClientFieldKind.Choices, ClientMetadataValidator.GrantTypes),
            Lines("redirect_uris", "Redirect URIs"),
            Lines("post_logout_redirect_uris", "Where it may send people after sign-out"),
            Text("scope", "Scopes", "Separated by spaces. Taking one away withdraws it at once from everything the client holds."),
            Flag("require_pushed_authorization_requests", "Only pushed authorization requests are taken from it"),
            Choice("consent", "Consent", ["explicit", "implicit"], "implicit: you decide for everybody, and nobody is asked"),
        ]),
        ("Its tokens",
        [
            Choice("access_token_format", "Form of access tokens", ["jwt", "opaque"]),
            Choice("access_token_signed_response_alg", "Signature of access tokens", ClientMetadataValidator.Algorithms),
            Choice("id_token_signed_response_alg", "Signature of ID tokens", ClientMetadataValidator.Algorithms),
            new("offline_access_survives_logout", "Offline access outlives a sign-out", ClientFieldKind.OptionalFlag, [], "As usual: yes for native clients, else no"),
            Flag("dpop_bound_access_tokens", "Its access tokens must be bound to a key (DPoP)"),
            Flag("revoke_family_with_access_token", "Revoking an access token takes the refresh token with it"),
        ]),
        ("Being told that a session ended",
        [
            Text("backchannel_logout_uri", "Back-channel address"),
            Flag("backchannel_logout_session_required", "It knows sessions by their sid alone (back-channel)"),
            Text("frontchannel_logout_uri", "Front-channel address"),
            Flag("frontchannel_logout_session_required", "It wants issuer and sid (front-channel)"),
        ]),
        ("Asking about tokens",
        [
            Flag("introspection", "It may introspect tokens of other clients"),
            Lines("introspection_resources", "Only for these resources"),
        ]),
    ];

    public static IEnumerable<ClientField> All => Sections.SelectMany(section => section.Fields);

    private static ClientField Text(string member, string label, string? hint = null) => new(member, label, ClientFieldKind.Text, [], hint);

    private static ClientField Lines(string member, string label) => new(member, label, ClientFieldKind.Lines, [], "One a line");

    private static ClientField Flag(string member, string label) => new(member, label, ClientFieldKind.Flag, []);

    private static ClientField Choice(string member, string label, IReadOnlyList<string> options, string? hint = null) =>
        new(member, label, ClientFieldKind.Choice, options, hint);
}
