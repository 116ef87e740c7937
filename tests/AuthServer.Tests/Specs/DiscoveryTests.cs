using System.Net;
using System.Text.Json;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Discovery 1.0, RFC 8414, RFC 7517: what the server says of itself.</summary>
public sealed class DiscoveryTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string OpenId = "/.well-known/openid-configuration";
    private const string OAuth = "/.well-known/oauth-authorization-server";

    [Theory]
    [InlineData(OpenId)]
    [InlineData(OAuth)]
    public async Task Oidcc_discovery_endpoint_verification(string path)
    {
        var answer = await GetAsync(path);
        var told = answer.Json;

        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal(AuthServerFactory.Issuer, told.GetProperty("issuer").GetString());
        Assert.Equal(["code"], Values(told, "response_types_supported"));
        Assert.Equal(["query", "form_post"], Values(told, "response_modes_supported"));
        Assert.Equal(["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"], Values(told, "grant_types_supported"));
        Assert.Equal(["public"], Values(told, "subject_types_supported"));
        Assert.Equal(["RS256", "ES256"], Values(told, "id_token_signing_alg_values_supported"));
        Assert.Equal(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"], Values(told, "token_endpoint_auth_methods_supported"));
        foreach (var name in new[] { "token_endpoint_auth", "revocation_endpoint_auth", "introspection_endpoint_auth", "dpop" })
        {
            Assert.Equal(["ES256", "PS256", "RS256"], Values(told, $"{name}_signing_alg_values_supported"));
        }

        Assert.Equal(["S256"], Values(told, "code_challenge_methods_supported"));
        Assert.Contains("openid", Values(told, "scopes_supported"));
        Assert.Contains("sub", Values(told, "claims_supported"));
        Assert.True(told.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.True(told.GetProperty("claims_parameter_supported").GetBoolean());
        Assert.False(told.GetProperty("require_pushed_authorization_requests").GetBoolean());
        Assert.Equal(["single_factor", "multi_factor"], Values(told, "acr_values_supported"));
        Assert.False(told.GetProperty("request_parameter_supported").GetBoolean());
        Assert.False(told.GetProperty("request_uri_parameter_supported").GetBoolean());
    }

    [Fact]
    public async Task Every_member_is_a_registered_one_and_none_is_null()
    {
        string[] registered =
        [
            "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "revocation_endpoint", "introspection_endpoint",
            "end_session_endpoint", "device_authorization_endpoint", "scopes_supported", "response_types_supported", "response_modes_supported", "grant_types_supported",
            "subject_types_supported", "id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported",
            "revocation_endpoint_auth_methods_supported", "introspection_endpoint_auth_methods_supported", "code_challenge_methods_supported",
            "token_endpoint_auth_signing_alg_values_supported", "revocation_endpoint_auth_signing_alg_values_supported",
            "introspection_endpoint_auth_signing_alg_values_supported", "dpop_signing_alg_values_supported", "prompt_values_supported", "claim_types_supported", "claims_supported", "claims_parameter_supported", "request_parameter_supported",
            "request_uri_parameter_supported", "authorization_response_iss_parameter_supported", "backchannel_logout_supported",
            "backchannel_logout_session_supported", "frontchannel_logout_supported", "frontchannel_logout_session_supported",
            "pushed_authorization_request_endpoint", "require_pushed_authorization_requests", "acr_values_supported",
        ];

        foreach (var member in (await GetAsync(OpenId)).Json.EnumerateObject())
        {
            Assert.Contains(member.Name, registered);
            Assert.NotEqual(JsonValueKind.Null, member.Value.ValueKind);
        }
    }

    [Fact]
    public async Task Oidcc_rp_initiated_logout_discovery_endpoint_verification()
    {
        var told = (await GetAsync(OpenId)).Json;
        var endpoints = told.EnumerateObject().Where(m => m.Name.EndsWith("_endpoint", StringComparison.Ordinal) || m.Name == "jwks_uri").ToList();

        Assert.Contains(endpoints, endpoint => endpoint.Name == "end_session_endpoint");
        foreach (var endpoint in endpoints)
        {
            var address = endpoint.Value.GetString()!;
            Assert.StartsWith(AuthServerFactory.Issuer + "/", address, StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address).AbsolutePath);
            Assert.NotEqual(HttpStatusCode.NotFound, (await Web.SendAsync(request)).Status);
        }
    }

    [Fact]
    public async Task The_issuer_never_comes_from_the_request()
    {
        foreach (var (name, value) in new[] { ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, OpenId);
            request.Headers.TryAddWithoutValidation(name, value);

            Assert.DoesNotContain("evil", (await Web.SendAsync(request)).ShouldBeOk().Text, StringComparison.Ordinal);
        }

        using var authorize = new HttpRequestMessage(HttpMethod.Get, Web.Request().With("prompt", "none").Url);
        authorize.Headers.Host = "evil.example";
        Assert.DoesNotContain("evil", (await Web.SendAsync(authorize)).Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keys_are_public_unique_and_of_every_algorithm()
    {
        var answer = await GetAsync("/.well-known/jwks");
        var keys = answer.Json.GetProperty("keys").EnumerateArray().ToList();

        Assert.Equal("application/jwk-set+json", answer.Header("Content-Type"));
        Assert.Equal(["ES256", "RS256"], keys.Select(key => key.GetProperty("alg").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.Equal("sig", key.GetProperty("use").GetString()));
        string[] privateParts = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
        Assert.DoesNotContain(keys.SelectMany(key => key.EnumerateObject()), member => privateParts.Contains(member.Name, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_database_is_asked_nothing()
    {
        var asked = await Server.Watch.CountAsync(async () =>
        {
            await GetAsync(OpenId);
            await GetAsync("/.well-known/jwks");
        });

        Assert.Equal(0, asked);
    }

    /// <summary>RFC 9110 §9.1: monitors ask so.</summary>
    [Theory]
    [InlineData(OpenId)]
    [InlineData(OAuth)]
    [InlineData("/.well-known/jwks")]
    public async Task Head_is_answered_as_get_without_the_body(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        var answer = await Web.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, ""), (answer.Status, answer.Text));
        Assert.Equal((await GetAsync(path)).Header("Content-Length"), answer.Header("Content-Length"));
    }

    private async Task<Answer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return (await Web.SendAsync(request)).ShouldBeOk();
    }

    private static IEnumerable<string?> Values(JsonElement told, string name) => told.GetProperty(name).EnumerateArray().Select(value => value.GetString());
}
