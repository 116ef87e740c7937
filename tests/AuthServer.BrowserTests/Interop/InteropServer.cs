using System.Buffers.Text;
using System.Security.Cryptography;
using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Processes;

namespace AuthServer.BrowserTests.Interop;

/// <summary>The server with a client registered for each way in which a library written by others uses it.</summary>
public sealed class InteropServer : ServerProcess
{
    public const string Resource = "https://orders.example";

    // Nothing listens there; what comes back is read from the redirect.
    private const string RedirectUri = "http://127.0.0.1:9/cb";
    private const string PostLogoutRedirectUri = "http://127.0.0.1:9/bye";
    private const string Password = "correct horse battery staple";
    private const string Kid = "of-the-test";
    private const int People = 24;

    private readonly string secret = RandomNumberGenerator.GetHexString(32);
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int taken;

    /// <summary>The single page at a registered client's origin.</summary>
    internal SinglePage Page { get; } = new();

    /// <summary>The same page at an origin that nobody registered.</summary>
    internal SinglePage Stranger { get; } = new();

    internal LogoutReceiver Receiver { get; } = new() { Accepts = true };

    protected override string EnvironmentName => "Development";

    /// <summary>Somebody who has not been here yet.</summary>
    public Person NextPerson() => PersonNumbered(Interlocked.Increment(ref taken));

    /// <summary>What a scenario in Node is told.</summary>
    internal Dictionary<string, string> SettingsOf(string clientId, Person person) => new(StringComparer.Ordinal)
    {
        ["server"] = Address,
        ["client_id"] = clientId,
        ["client_secret"] = secret,
        ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
        ["kid"] = Kid,
        ["method"] = clientId,
        ["redirect_uri"] = RedirectUri,
        ["post_logout_redirect_uri"] = PostLogoutRedirectUri,
        ["resource"] = Resource,
        ["email"] = person.Email,
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Page.DisposeAsync();
        await Stranger.DisposeAsync();
        await Receiver.DisposeAsync();
        key.Dispose();
    }

    protected override async Task ConfigureAsync(IDictionary<string, string?> environment)
    {
        await Page.OpenAsync(Address);
        await Stranger.OpenAsync(Address);
        await Receiver.OpenAsync();
        var import = Path.Combine(WorkingDirectory, "import.json");
        var people = Enumerable.Range(1, People).Select(PersonNumbered)
            .Select(person => $$"""{ "email": "{{person.Email}}", "password": "{{person.Password}}", "name": "{{person.Name}}" }""");
        await File.WriteAllTextAsync(import, $$"""
            {
              "scopes": [{ "name": "orders.read", "description": "Read your orders", "resources": ["{{Resource}}"] }],
              "clients": [
                {{Confidential("client_secret_basic", $"\"client_secret\": \"{secret}\"")}},
                {{Confidential("client_secret_post", $"\"client_secret\": \"{secret}\"")}},
                {{Confidential("private_key_jwt", $$""" "jwks": { "keys": [{{PublicJwk()}}] }""")}},
                {
                  "client_id": "told", "client_secret": "{{secret}}", "grant_types": ["authorization_code", "refresh_token"],
                  "scope": "openid profile email offline_access", "redirect_uris": ["{{RedirectUri}}"], "post_logout_redirect_uris": ["{{PostLogoutRedirectUri}}"],
                  "backchannel_logout_uri": "{{Receiver.Address}}", "backchannel_logout_session_required": true
                },
                {
                  "client_id": "television", "token_endpoint_auth_method": "none", "scope": "openid profile offline_access orders.read",
                  "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
                },
                {
                  "client_id": "{{SinglePage.ClientId}}", "token_endpoint_auth_method": "none", "scope": "openid profile email",
                  "grant_types": ["authorization_code", "refresh_token"],
                  "redirect_uris": ["{{Page.Address}}/"], "post_logout_redirect_uris": ["{{Page.Address}}/"]
                }
              ],
              "users": [{{string.Join(", ", people)}}]
            }
            """);
        environment["AuthServer__Import"] = import;
    }

    private static string Confidential(string method, string proof) => $$"""
        {
          "client_id": "{{method}}", "token_endpoint_auth_method": "{{method}}", {{proof}}, "introspection": true,
          "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "scope": "openid profile email offline_access orders.read",
          "redirect_uris": ["{{RedirectUri}}"], "post_logout_redirect_uris": ["{{PostLogoutRedirectUri}}"]
        }
        """;

    private string PublicJwk()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "{{Kid}}", "x": "{{Base64Url.EncodeToString(point.X)}}", "y": "{{Base64Url.EncodeToString(point.Y)}}" }""";
    }

    private static Person PersonNumbered(int number) => new($"someone{number}@example.com", Password, $"Someone {number}");
}
