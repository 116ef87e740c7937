using AuthServer.Import;
using AuthServer.Tests.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace AuthServer.Tests.Import;

/// <summary>A wrong file stops the start with the member's path and what is wrong; nothing of it is applied.</summary>
public sealed class WrongImportTests(WrongImportTests.EmptyServer server) : IClassFixture<WrongImportTests.EmptyServer>
{
    [Theory]
    [InlineData("""{ }""", "clients[0].client_id: is required")]
    [InlineData("""{ "client_id": "a b" }""", "clients[0].client_id: must be")]
    [InlineData("""{ "client_id": "é" }""", "clients[0].client_id: must be")]
    [InlineData("""{ "client_id": 7 }""", "clients[0].client_id: must be a string")]
    [InlineData("""7""", "clients[0]: must be an object")]
    [InlineData("""{ "client_id": "a", "client_id": "b" }""", "clients[0].client_id: is given twice")]
    [InlineData("""{ "client_id": "a", "backchannel_logout_url": "https://a.example/" }""", "clients[0].backchannel_logout_url: is not known here")]
    [InlineData("""{ "client_id": "a", "Scope": "openid" }""", "clients[0].Scope: is not known here")]
    [InlineData("""{ "client_id": "a", "is_public": true }""", "clients[0].is_public: is not known here")]
    [InlineData("""{ "client_id": "a", "IsPublic": true }""", "clients[0].IsPublic: is not known here")]
    [InlineData("""{ "client_id": "a" }""", "clients[0].client_secret: is required")]
    [InlineData("""{ "client_id": "a", "client_secret": "hunter2" }""", "clients[0].client_secret: must have at least 8")]
    [InlineData("""{ "client_id": "a", "client_secret": "hunter2-é-hunter2" }""", "clients[0].client_secret: must be printable ASCII")]
    [InlineData("""{ "client_id": "a", "client_secret": "hunter2-\u0000hunter2" }""", "clients[0].client_secret: must have no NUL")]
    [InlineData("""{ "client_id": "a", "client_secret": ["hunter2-hunter2"] }""", "clients[0].client_secret: must be a string")]
    [InlineData("""{ "token_endpoint_auth_method": "none", "client_secret": "hunter2-hunter2" }""", "clients[0].client_secret: a public client")]
    [InlineData("""{ "token_endpoint_auth_method": "client_secret_jwt" }""", "clients[0].token_endpoint_auth_method: 'client_secret_jwt'")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt" }""", "clients[0].jwks: either jwks or jwks_uri is required")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "client_secret": "hunter2-hunter2" }""", "clients[0].client_secret: has no effect with")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys":[]}, "jwks_uri": "https://a.example/" }""", "clients[0].jwks: either")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": "keys" }""", "clients[0].jwks: must be an object")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {} }""", "clients[0].jwks: must be a JWK Set")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys":[7]} }""", "clients[0].jwks: must be a JWK Set")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys":[]} }""", "clients[0].jwks: has no key that is good for")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]} }""", "clients[0].jwks: has no key that is good for")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys":[{"kty":"EC","crv":"P-256","x":"","y":"","d":"hunter2"}]} }""", "clients[0].jwks: has a private")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys":[{"kty":"oct","k":"hunter2"}]} }""", "clients[0].jwks: has a private")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]} }""", "clients[0].jwks: must have at most 20")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://a.example/" }""", "clients[0].jwks_uri: must be an absolute https")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "HS256" }""", "clients[0].token_endpoint_auth_signing_alg: 'HS256'")]
    [InlineData("""{ "jwks_uri": "https://a.example/" }""", "clients[0].jwks_uri: has no effect unless")]
    [InlineData("""{ "dpop_bound_access_tokens": "yes" }""", "clients[0].dpop_bound_access_tokens: must be true or false")]
    [InlineData("""{ "grant_types": ["authorization_code", "password"] }""", "clients[0].grant_types[1]: 'password'")]
    [InlineData("""{ "grant_types": "authorization_code" }""", "clients[0].grant_types: must be a list of strings")]
    [InlineData("""{ "grant_types": ["refresh_token"] }""", "clients[0].grant_types: refresh_token needs")]
    [InlineData("""{ "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none" }""", "clients[0].grant_types: client_credentials is not for")]
    [InlineData("""{ "redirect_uris": [] }""", "clients[0].redirect_uris: is required")]
    [InlineData("""{ "redirect_uris": ["https://a.example/cb", 7] }""", "clients[0].redirect_uris[1]: must be a string")]
    [InlineData("""{ "redirect_uris": ["https://a.example/cb", null] }""", "clients[0].redirect_uris[1]: must be a string")]
    [InlineData("""{ "redirect_uris": ["https://a.example/cb", "/cb"] }""", "clients[0].redirect_uris[1]: must be an absolute URI")]
    [InlineData("""{ "redirect_uris": ["https://a.example/c b"] }""", "clients[0].redirect_uris[0]: must be an absolute URI")]
    [InlineData("""{ "redirect_uris": [" https://a.example/cb"] }""", "clients[0].redirect_uris[0]: must be an absolute URI")]
    [InlineData("""{ "redirect_uris": ["https:/cb"] }""", "clients[0].redirect_uris[0]: must be an absolute URI")]
    [InlineData("""{ "redirect_uris": ["https://a.example\\@b.example/"] }""", "clients[0].redirect_uris[0]: must be an absolute URI")]
    [InlineData("""{ "redirect_uris": ["https://a.example/cb#top"] }""", "clients[0].redirect_uris[0]: must have no fragment")]
    [InlineData("""{ "redirect_uris": ["https://a.example/cb#"] }""", "clients[0].redirect_uris[0]: must have no fragment")]
    [InlineData("""{ "redirect_uris": ["https://*.a.example/cb"] }""", "clients[0].redirect_uris[0]: must")]
    [InlineData("""{ "redirect_uris": ["https://me@a.example/cb"] }""", "clients[0].redirect_uris[0]: must name one host")]
    [InlineData("""{ "redirect_uris": ["http://a.example/cb"] }""", "clients[0].redirect_uris[0]: must be https")]
    [InlineData("""{ "redirect_uris": ["http://localhost.a.example/cb"] }""", "clients[0].redirect_uris[0]: must be https")]
    [InlineData("""{ "redirect_uris": ["com.example.app:/cb"] }""", "clients[0].redirect_uris[0]: must be https")]
    [InlineData("""{ "redirect_uris": ["javascript:alert(1)"] }""", "clients[0].redirect_uris[0]: must be https")]
    [InlineData("""{ "redirect_uris": ["javascript:alert(1)"], "application_type": "native" }""", "clients[0].redirect_uris[0]: has a scheme")]
    [InlineData("""{ "redirect_uris": ["data:text/html,x"], "application_type": "native" }""", "clients[0].redirect_uris[0]: has a scheme")]
    [InlineData("""{ "redirect_uris": ["myapp:/cb"], "application_type": "native" }""", "clients[0].redirect_uris[0]: has a scheme")]
    [InlineData("""{ "redirect_uris": ["http://a.example/cb"], "application_type": "native" }""", "clients[0].redirect_uris[0]: must be https")]
    [InlineData("""{ "post_logout_redirect_uris": ["bye"] }""", "clients[0].post_logout_redirect_uris[0]: must be an absolute URI")]
    [InlineData("""{ "post_logout_redirect_uris": ["javascript:alert(1)"] }""", "clients[0].post_logout_redirect_uris[0]: must be https")]
    [InlineData("""{ "backchannel_logout_uri": "http://a.example/" }""", "clients[0].backchannel_logout_uri: must be https")]
    [InlineData("""{ "frontchannel_logout_uri": "https://a.example/" }""", "clients[0].frontchannel_logout_uri: must have scheme, host and port")]
    [InlineData("""{ "backchannel_logout_session_required": true }""", "clients[0].backchannel_logout_session_required: has no effect")]
    [InlineData("""{ "client_uri": "javascript:alert(1)" }""", "clients[0].client_uri: must be an absolute https")]
    [InlineData("""{ "logo_uri": "data:image/png,x" }""", "clients[0].logo_uri: must be an absolute https")]
    [InlineData("""{ "tos_uri": "/tos" }""", "clients[0].tos_uri: must be an absolute https")]
    [InlineData("""{ "policy_uri": "" }""", "clients[0].policy_uri: must be an absolute https")]
    [InlineData("""{ "application_type": "desktop" }""", "clients[0].application_type: 'desktop'")]
    [InlineData("""{ "access_token_format": "reference" }""", "clients[0].access_token_format: 'reference'")]
    [InlineData("""{ "access_token_signed_response_alg": "none" }""", "clients[0].access_token_signed_response_alg: 'none'")]
    [InlineData("""{ "id_token_signed_response_alg": "HS256" }""", "clients[0].id_token_signed_response_alg: 'HS256'")]
    [InlineData("""{ "consent": "never" }""", "clients[0].consent: 'never'")]
    [InlineData("""{ "scope": "openid orders" }""", "clients[0].scope: there is no scope 'orders'")]
    [InlineData("""{ "scope": "openid \"x" }""", "clients[0].scope: '\"x' has characters")]
    [InlineData("""{ "scope": ["openid"] }""", "clients[0].scope: must be a string")]
    [InlineData("""{ "offline_access_survives_logout": "true" }""", "clients[0].offline_access_survives_logout: must be true or false")]
    [InlineData("""{ "introspection": 1 }""", "clients[0].introspection: must be true or false")]
    [InlineData("""{ "introspection": true, "token_endpoint_auth_method": "none" }""", "clients[0].introspection: is not for")]
    [InlineData("""{ "introspection_resources": ["https://a.example"] }""", "clients[0].introspection_resources: has no effect")]
    [InlineData("""{ "introspection": true, "introspection_resources": ["a#b"] }""", "clients[0].introspection_resources[0]: must be an absolute URI")]
    public async Task A_wrong_client_is_named(string client, string expected) => await RefusedAsync($$"""{ "clients": [{{client}}] }""", expected);

    [Theory]
    [InlineData("""{ "description": "d" }""", "scopes[0].name: is required")]
    [InlineData("""{ "name": "a b", "description": "d" }""", "scopes[0].name: must be")]
    [InlineData("""{ "name": "a\\b", "description": "d" }""", "scopes[0].name: must be")]
    [InlineData("""{ "name": "openid", "description": "d" }""", "scopes[0].name: 'openid' is a standard scope")]
    [InlineData("""{ "name": "a" }""", "scopes[0].description: is required")]
    [InlineData("""{ "name": "a", "description": "d", "resources": ["orders"] }""", "scopes[0].resources[0]: must be an absolute URI")]
    [InlineData("""{ "name": "a", "description": "d", "resources": ["/orders"] }""", "scopes[0].resources[0]: must be an absolute URI")]
    [InlineData("""{ "name": "a", "description": "d", "resources": ["urn:orders", "urn:orders#1"] }""", "scopes[0].resources[1]: must be an absolute URI")]
    [InlineData("""{ "name": "a", "description": "d", "claims": ["shoe_size"] }""", "scopes[0].claims[0]: 'shoe_size'")]
    [InlineData("""{ "name": "a", "description": "d", "claims": ["email", "roles"] }""", "scopes[0].claims[1]: 'roles'")]
    [InlineData("""{ "name": "a", "description": "d" }, { "name": "a", "description": "d" }""", "scopes[1].name: is the same as that of scopes[0]")]
    public async Task A_wrong_scope_is_named(string scope, string expected) => await RefusedAsync($$"""{ "scopes": [{{scope}}] }""", expected);

    [Theory]
    [InlineData("""{ "password": "hunter2-hunter2" }""", "users[0].email: is required")]
    [InlineData("""{ "email": "alice", "password": "hunter2-hunter2" }""", "users[0].email: is not")]
    [InlineData("""{ "email": "al ice@example.com", "password": "hunter2-hunter2" }""", "users[0].email: is not")]
    [InlineData("""{ "email": "a@example.com" }""", "users[0].password: is required")]
    [InlineData("""{ "email": "a@example.com", "password": "hunter2" }""", "users[0].password: Passwords must be at least 8 characters.")]
    [InlineData("""{ "email": "a@example.com", "password": "hunter2-hunter2", "birthdate": "31.12.2000" }""", "users[0].birthdate: must be")]
    [InlineData("""{ "email": "a@example.com", "password": "hunter2-hunter2", "picture": "javascript:alert(1)" }""", "users[0].picture: must be")]
    [InlineData("""{ "email": "a@example.com", "password": "hunter2-hunter2", "roles": ["admin", " "] }""", "users[0].roles[1]: must be")]
    [InlineData("""{ "email": "a@example.com", "password": "hunter2-hunter2", "is_admin": true }""", "users[0].is_admin: is not known here")]
    [InlineData("""{ "email": "a@example.com", "password": "hunter2-hunter2" }, { "email": "A@EXAMPLE.COM", "password": "hunter2-hunter2" }""", "users[1].email: is the same as that of users[0]")]
    public async Task A_wrong_user_is_named(string user, string expected) => await RefusedAsync($$"""{ "users": [{{user}}] }""", expected);

    [Theory]
    [InlineData("""[]""", "must be an object")]
    [InlineData("""{ "clients": {} }""", "clients: must be a list")]
    [InlineData("""{ "client": [] }""", "client: is not known here")]
    [InlineData("""{ "users": [], "users": [] }""", "users: is given twice")]
    [InlineData("""{ "users": [{ "password": hunter2-hunter2 }] }""", "this is not JSON")]
    [InlineData("""{ "users": [{ "password": "hunter2-hunter2 }] }""", "this is not JSON")]
    [InlineData("""{ "users": [{ "password": "hunter2-hunter2\ud800" }] }""", "a string is not Unicode")]
    [InlineData("{\n  7 }", "line 2, byte 3: this is not JSON")]
    [InlineData("", "line 1, byte 1: this is not JSON")]
    [InlineData("""{ "clients": [{ "client_id": "a", "client_secret": "hunter2-hunter2", "grant_types": [] }, { "client_id": "a", "client_secret": "hunter2-hunter2", "grant_types": [] }] }""", "clients[1].client_id: is the same as that of clients[0]")]
    public async Task A_wrong_file_is_explained(string json, string expected) => await RefusedAsync(json, expected);

    [Fact]
    public async Task Every_problem_is_listed_and_nothing_is_applied()
    {
        var message = await RefusedAsync(
            """
            { "scopes": [{ "name": "good", "description": "Good" }],
              "clients": [{ "client_id": "good", "client_secret": "hunter2-hunter2", "grant_types": [] }, { "client_id": "bad", "redirect_uris": ["x", "y"] }],
              "users": [{ "email": "good@example.com", "password": "hunter2-hunter2" }, { "email": "bad", "password": "hunter2" }] }
            """,
            "clients[1].redirect_uris[0]");

        Assert.Contains("clients[1].redirect_uris[1]", message, StringComparison.Ordinal);
        Assert.Contains("clients[1].client_secret", message, StringComparison.Ordinal);
        Assert.Contains("users[1].email", message, StringComparison.Ordinal);
        Assert.Contains("users[1].password", message, StringComparison.Ordinal);
        Assert.DoesNotContain("users[0]", message, StringComparison.Ordinal);
        Assert.DoesNotContain("clients[0]", message, StringComparison.Ordinal);
    }

    private async Task<string> RefusedAsync(string json, string expected)
    {
        var path = Path.Combine(server.Prepared.Directory, "import.json");
        await File.WriteAllTextAsync(path, json);
        var options = Options.Create(new AuthServerOptions { Import = path });
        var import = ActivatorUtilities.CreateInstance<ImportPreparation>(server.Prepared.Services, options);

        var refused = await Assert.ThrowsAsync<StartupException>(() => import.PrepareAsync(CancellationToken.None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith($"AuthServer:Import: '{path}'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
        Assert.False(await server.Prepared.ReadAsync(db => db.Clients.AnyAsync()) || await server.Prepared.ReadAsync(db => db.Users.AnyAsync())
            || await server.Prepared.ReadAsync(db => db.Scopes.AnyAsync()));
        return refused.Message;
    }

    /// <summary>Started once for all: nothing that is refused here leaves a trace in it.</summary>
    public sealed class EmptyServer : IAsyncLifetime
    {
        internal PreparedServer Prepared { get; } = new();

        public async ValueTask InitializeAsync() => await Prepared.StartAsync();

        public ValueTask DisposeAsync() => Prepared.DisposeAsync();
    }
}
