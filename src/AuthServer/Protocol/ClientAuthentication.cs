using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Protocol;

/// <summary>
/// Client authentication (RFC 6749 §2.3): <c>client_secret_basic</c>, <c>client_secret_post</c>, <c>private_key_jwt</c>, and <c>none</c> for public
/// clients. Only the method the client is registered for is accepted, and only one in a request.
/// </summary>
internal sealed class ClientAuthentication(
    LivenessReader liveness, Registry registry, ClientSecrets secrets, ClientAssertions assertions, SigningKeyRing keys, FailureLimiter limiter)
{
    private static readonly OAuthError Failure = OAuthError.InvalidClient("Client authentication failed.");

    /// <summary>The client, or 401 <c>invalid_client</c> whatever the reason: unknown, disabled, wrong method, wrong secret.</summary>
    public async Task<(AuthenticatedClient? Client, OAuthError? Error)> AuthenticateAsync(
        HttpContext context, ProtocolParameters parameters, CancellationToken cancellationToken)
    {
        var (credentials, error) = ReadCredentials(context.Request.Headers.Authorization, parameters);
        if (credentials is null)
        {
            return (null, error);
        }

        var installation = await liveness.ReadInstallationAsync(cancellationToken);
        var found = await registry.FindAsync(credentials.ClientId, installation.RegistryVersion, cancellationToken);

        // What is signed for it is signed with a key that is good now.
        await keys.EnsureAsync(installation.KeysVersion, cancellationToken);
        if (credentials.Assertion is { } assertion)
        {
            return Answer(
                found is { Disabled: false, TokenEndpointAuthMethod: ClientAssertions.Method } client
                && await assertions.ProvesAsync(assertion, client, context.Request.Path, cancellationToken));
        }

        if (credentials.Secret is null || secrets.Remembers(found, credentials.Secret))
        {
            return Answer(Accepts(found, credentials));
        }

        // By client and address together: nobody locks a client out from elsewhere, nor one client of an address the others.
        var guesser = Guesser(context, credentials.ClientId);
        if (!limiter.Count(FailureKind.ClientSecret, guesser))
        {
            return (null, OAuthError.TooManyFailures(limiter.RetryAfter(FailureKind.ClientSecret, guesser)));
        }

        // The same work for an unknown client as for a wrong secret: the time must not tell which it was.
        var proved = secrets.Verify(found, credentials.Secret) && Accepts(found, credentials);
        if (proved)
        {
            limiter.Forgive(FailureKind.ClientSecret, guesser);
        }

        return Answer(proved);

        (AuthenticatedClient?, OAuthError?) Answer(bool proved) =>
            proved ? (new AuthenticatedClient(found!, installation), null) : (null, Failure);
    }

    /// <summary>
    /// The client as it is remembered, without a statement, where it proves itself by a secret that was verified before. It counts only where the next statement
    /// confirms it; otherwise, and where it is null, authenticate.
    /// </summary>
    public RecalledClient? Recall(HttpContext context, ProtocolParameters parameters) =>
        ReadCredentials(context.Request.Headers.Authorization, parameters).Credentials is { Secret: { } secret } credentials
        && registry.Recall(credentials.ClientId) is var (client, version)
        && secrets.Remembers(client, secret) && Accepts(client, credentials)
            ? new RecalledClient(client, version)
            : null;

    /// <summary>The client, where what it was recalled from is what the database has now: <paramref name="told"/> by a statement after <see cref="Recall"/>.</summary>
    public async ValueTask<AuthenticatedClient?> ConfirmAsync(RecalledClient recalled, InstallationState told, CancellationToken cancellationToken)
    {
        if (recalled.RegistryVersion != told.RegistryVersion)
        {
            return null;
        }

        await keys.EnsureAsync(told.KeysVersion, cancellationToken);
        return new AuthenticatedClient(recalled.Client, told);
    }

    /// <summary>Hashed: who guesses chooses the length of what they call a client.</summary>
    private static string Guesser(HttpContext context, string clientId) =>
        $"{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(clientId)))} {FailureLimiter.Address(context.Connection.RemoteIpAddress)}";

    /// <summary>Whether the client may prove itself so. A secret is verified apart from this.</summary>
    private static bool Accepts(Client? client, Credentials credentials) =>
        client is { Disabled: false } && client.TokenEndpointAuthMethod == credentials.Method && (credentials.Secret is not null || client.ClientSecretHash is null);

    private static (Credentials? Credentials, OAuthError? Error) ReadCredentials(string? authorization, ProtocolParameters parameters)
    {
        var (clientId, secret) = (parameters["client_id"], parameters["client_secret"]);
        if ((parameters["client_assertion"] ?? parameters["client_assertion_type"]) is not null)
        {
            return ReadAssertion(authorization ?? secret, parameters);
        }

        if (authorization is null)
        {
            return clientId is null
                ? (null, OAuthError.InvalidClient("The client is not named: send client_id, or the Authorization header."))
                : (new Credentials(clientId, secret, secret is null ? "none" : "client_secret_post"), null);
        }

        // RFC 6749 §2.3: not more than one method in a request.
        if (secret is not null)
        {
            return (null, OAuthError.InvalidRequest("The client authenticates by more than one method."));
        }

        if (ReadBasic(authorization) is not { } basic)
        {
            return (null, OAuthError.InvalidClient("The Authorization header is not HTTP Basic as RFC 6749, section 2.3.1, has it."));
        }

        return clientId is not null && clientId != basic.ClientId
            ? (null, OAuthError.InvalidRequest("client_id is not the client that authenticates."))
            : (basic, null);
    }

    // RFC 7521 §4.2: client_id may be left out; where it is given, it is the subject's.
    private static (Credentials? Credentials, OAuthError? Error) ReadAssertion(string? other, ProtocolParameters parameters) =>
        other is not null ? (null, OAuthError.InvalidRequest("The client authenticates by more than one method."))
        : (parameters["client_assertion"], parameters["client_assertion_type"]) is not ({ } text, { } type)
            ? (null, OAuthError.InvalidRequest("client_assertion and client_assertion_type belong together."))
        : type == ClientAssertions.Type && ForeignJwts.Read(text) is { Subject: { Length: > 0 } subject } assertion
            && (parameters["client_id"] ?? subject) == subject && !subject.Contains('\0', StringComparison.Ordinal)
            ? (new Credentials(subject, Secret: null, ClientAssertions.Method) { Assertion = assertion }, null)
        : (null, Failure);

    private static Credentials? ReadBasic(string authorization)
    {
        const string Scheme = "Basic ";
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var decoded = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Scheme.Length..].Trim(), decoded, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);

        // RFC 6749 §2.3.1: both halves are form-urlencoded before they are joined.
        return colon <= 0 || text.Contains('\0', StringComparison.Ordinal) || text.Contains("%00", StringComparison.Ordinal)
            ? null
            : new Credentials(FormDecode(text[..colon]), FormDecode(text[(colon + 1)..]), "client_secret_basic");
    }

    private static string FormDecode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private sealed record Credentials(string ClientId, string? Secret, string Method)
    {
        public JsonWebToken? Assertion { get; init; }
    }
}
