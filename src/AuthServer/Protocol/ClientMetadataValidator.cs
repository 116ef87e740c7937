using AuthServer.Grants;

namespace AuthServer.Protocol;

/// <summary>Says what is wrong with a client's metadata; whoever registers a client asks here first.</summary>
internal static class ClientMetadataValidator
{
    private const int MaxNameLength = 200;
    private const int MinSecretLength = 8;
    private const string Public = "a public client (token_endpoint_auth_method is none)";

    internal static readonly string[] AuthMethods = ["client_secret_basic", "client_secret_post", ClientAssertions.Method, "none"];
    internal static readonly string[] GrantTypes = ["authorization_code", "refresh_token", "client_credentials", DeviceGrant.Type];
    internal static readonly string[] Algorithms = ["RS256", "ES256"];

    /// <param name="client">What to look at.</param>
    /// <param name="apiScopes">The scopes there are, besides the standard ones.</param>
    /// <returns>Every problem; none: the client may be registered. The secret is not looked at (<see cref="SecretProblems"/>).</returns>
    public static IEnumerable<MetadataProblem> Problems(ClientMetadata client, IReadOnlySet<string> apiScopes) =>
        [.. Name(client), .. Words(client), .. ClientKeyMetadata.Problems(client), .. Grants(client), .. Redirects(client), .. Logout(client), .. Pages(client), .. Scope(client, apiScopes), .. Introspection(client)];

    /// <summary>Every problem with the secret a client is created with.</summary>
    public static IEnumerable<MetadataProblem> SecretProblems(ClientMetadata client)
    {
        var problem = (client.HasSecret, client.ClientSecret) switch
        {
            (false, null) => null,
            (false, _) when client.IsPublic => $"{Public} has no secret: it cannot keep one (RFC 6749 §2.1)",
            (false, _) => $"has no effect with {ClientAssertions.Method}",
            (true, null) => $"is required, unless token_endpoint_auth_method is none or {ClientAssertions.Method}",
            (true, { Length: < MinSecretLength }) => $"must have at least {MinSecretLength} characters",

            // RFC 6749, appendix A.2.
            (true, var secret) => secret.All(c => c is >= ' ' and <= '~') ? null : "must be printable ASCII (RFC 6749, appendix A.2)",
        };
        return problem is null ? [] : [new("client_secret", problem)];
    }

    private static IEnumerable<MetadataProblem> Name(ClientMetadata client)
    {
        if (string.IsNullOrEmpty(client.ClientId))
        {
            yield return new("client_id", "is required");
        }
        else if (client.ClientId.Length > MaxNameLength || !client.ClientId.All(c => c is > ' ' and <= '~'))
        {
            yield return new("client_id", $"must be at most {MaxNameLength} printable ASCII characters without spaces");
        }

        if (client.ClientName?.Length > MaxNameLength)
        {
            yield return new("client_name", $"must have at most {MaxNameLength} characters");
        }
    }

    private static IEnumerable<MetadataProblem> Words(ClientMetadata client)
    {
        (string Member, string Value, string[] Known)[] words =
        [
            ("token_endpoint_auth_method", client.TokenEndpointAuthMethod, AuthMethods),
            ("application_type", client.ApplicationType, ["web", "native"]),
            ("access_token_format", client.AccessTokenFormat, ["jwt", "opaque"]),
            ("access_token_signed_response_alg", client.AccessTokenSignedResponseAlg, Algorithms),
            ("id_token_signed_response_alg", client.IdTokenSignedResponseAlg, Algorithms),
            ("consent", client.Consent, ["explicit", "implicit"]),
            .. client.GrantTypes.Select((type, index) => ($"grant_types[{index}]", type, GrantTypes)),
        ];
        return words.Where(word => !word.Known.Contains(word.Value, StringComparer.Ordinal))
            .Select(word => new MetadataProblem(word.Member, $"'{word.Value}' is not known here; known: {string.Join(", ", word.Known)}"));
    }

    private static IEnumerable<MetadataProblem> Grants(ClientMetadata client)
    {
        var code = client.GrantTypes.Contains("authorization_code", StringComparer.Ordinal);
        var device = client.GrantTypes.Contains(DeviceGrant.Type, StringComparer.Ordinal);
        if (client.GrantTypes.Contains("refresh_token", StringComparer.Ordinal) && !code && !device)
        {
            yield return new("grant_types", $"refresh_token needs authorization_code or {DeviceGrant.Type}: nothing else issues a refresh token");
        }

        // RFC 6749 §4.4: confidential clients only.
        if (client.GrantTypes.Contains("client_credentials", StringComparer.Ordinal) && client.IsPublic)
        {
            yield return new("grant_types", $"client_credentials is not for {Public} (RFC 6749 §4.4)");
        }

        // RFC 6749 §3.1.2.2.
        if (code && client.RedirectUris.Count == 0)
        {
            yield return new("redirect_uris", "is required with the grant type authorization_code (RFC 6749 §3.1.2.2)");
        }
    }

    private static IEnumerable<MetadataProblem> Redirects(ClientMetadata client)
    {
        var native = client.ApplicationType == "native";
        return [
            .. Each("redirect_uris", client.RedirectUris, uri => RegisteredUri.RedirectProblem(uri, native)),
            .. Each("post_logout_redirect_uris", client.PostLogoutRedirectUris, uri => RegisteredUri.RedirectProblem(uri, native)),
        ];
    }

    private static IEnumerable<MetadataProblem> Logout(ClientMetadata client)
    {
        (string Prefix, string? Uri, bool SessionRequired)[] channels =
        [
            ("backchannel", client.BackchannelLogoutUri, client.BackchannelLogoutSessionRequired),
            ("frontchannel", client.FrontchannelLogoutUri, client.FrontchannelLogoutSessionRequired),
        ];
        foreach (var (prefix, uri, sessionRequired) in channels)
        {
            if (uri is not null && RegisteredUri.LogoutProblem(uri, client.IsPublic) is { } problem)
            {
                yield return new($"{prefix}_logout_uri", problem);
            }
            else if (uri is null && sessionRequired)
            {
                yield return new($"{prefix}_logout_session_required", $"has no effect without {prefix}_logout_uri");
            }
        }

        // A frame of another site could be loaded by whoever registers it, in everybody's browser.
        if (client.FrontchannelLogoutUri is { } frame && !client.RedirectUris.Any(redirect => RegisteredUri.IsSameOrigin(redirect, frame)))
        {
            yield return new("frontchannel_logout_uri", "must have scheme, host and port of a redirect URI (OpenID Connect Front-Channel Logout 1.0 §2)");
        }
    }

    private static IEnumerable<MetadataProblem> Pages(ClientMetadata client)
    {
        (string Member, string? Value)[] pages =
        [
            ("client_uri", client.ClientUri),
            ("logo_uri", client.LogoUri),
            ("tos_uri", client.TosUri),
            ("policy_uri", client.PolicyUri),
        ];
        return pages.Where(page => page.Value is not null && RegisteredUri.PageProblem(page.Value) is not null)
            .Select(page => new MetadataProblem(page.Member, RegisteredUri.PageProblem(page.Value!)!));
    }

    private static IEnumerable<MetadataProblem> Scope(ClientMetadata client, IReadOnlySet<string> apiScopes) => ScopeText.Split(client.Scope)
        .Where(value => !ScopeNames.Standard.Contains(value, StringComparer.Ordinal) && !apiScopes.Contains(value))
        .Select(value => new MetadataProblem("scope", ScopeNames.IsWellFormed(value)
            ? $"there is no scope '{value}'"
            : $"'{value}' has characters that no scope has (RFC 6749 §3.3)"));

    private static IEnumerable<MetadataProblem> Introspection(ClientMetadata client)
    {
        // RFC 7662 §2.1: who asks must prove who they are.
        if (client.Introspection && client.IsPublic)
        {
            yield return new("introspection", $"is not for {Public} (RFC 7662 §2.1)");
        }

        if (!client.Introspection && client.IntrospectionResources.Count > 0)
        {
            yield return new("introspection_resources", "has no effect unless introspection is true");
        }

        foreach (var problem in Each("introspection_resources", client.IntrospectionResources, RegisteredUri.ResourceProblem))
        {
            yield return problem;
        }
    }

    private static IEnumerable<MetadataProblem> Each(string member, IReadOnlyList<string> values, Func<string, string?> problemOf)
    {
        for (var index = 0; index < values.Count; index++)
        {
            if (problemOf(values[index]) is { } problem)
            {
                yield return new($"{member}[{index}]", problem);
            }
        }
    }
}
