namespace AuthServer.Protocol;

/// <summary>Says what is wrong with the keys a client is registered with (RFC 7591 §2): <c>jwks</c>, <c>jwks_uri</c>, and the algorithm for them.</summary>
internal static class ClientKeyMetadata
{
    private const string NoEffect = $"has no effect unless token_endpoint_auth_method is {ClientAssertions.Method}";

    public static IEnumerable<MetadataProblem> Problems(ClientMetadata client)
    {
        (string Member, object? Value, string? Problem)[] members =
        [
            ("jwks", client.Jwks, client.Jwks is { } jwks ? PublicKeys.Problem(jwks.GetRawText()) : null),
            ("jwks_uri", client.JwksUri, client.JwksUri is { } uri ? RegisteredUri.KeysProblem(uri) : null),
            ("token_endpoint_auth_signing_alg", client.TokenEndpointAuthSigningAlg, AlgorithmProblem(client.TokenEndpointAuthSigningAlg)),
        ];
        var byKey = client.TokenEndpointAuthMethod == ClientAssertions.Method;
        foreach (var (member, value, problem) in members)
        {
            if (value is not null && (byKey ? problem : NoEffect) is { } wrong)
            {
                yield return new(member, wrong);
            }
        }

        if (byKey && client.Jwks is null == client.JwksUri is null)
        {
            yield return new("jwks", $"either jwks or jwks_uri is required with {ClientAssertions.Method}, not both (RFC 7591 §2)");
        }
    }

    private static string? AlgorithmProblem(string? alg) => alg is null || ForeignJwts.Algorithms.Contains(alg, StringComparer.Ordinal)
        ? null
        : $"'{alg}' is not known here; known: {string.Join(", ", ForeignJwts.Algorithms)}";
}
