using System.Text.Json;
using AuthServer.Admin;
using AuthServer.Protocol;

namespace AuthServer.Tests.Admin;

/// <summary>The operator's form knows every member that may be registered: one that it forgot would be lost when a client is saved.</summary>
public sealed class ClientFormTests
{
    [Fact]
    public void Every_member_but_the_secret_is_on_the_form() => Assert.Equal(
        JsonSerializer.SerializeToNode(new ClientMetadata())!.AsObject().Select(member => member.Key).Where(name => name != "client_secret").Order(StringComparer.Ordinal),
        ClientFields.All.Select(field => field.Member).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_registered_comes_back_as_it_was()
    {
        var metadata = new ClientMetadata
        {
            ClientId = "all",
            ClientName = "Name",
            ClientUri = "https://a.example",
            LogoUri = "https://a.example/logo",
            TosUri = "https://a.example/tos",
            PolicyUri = "https://a.example/policy",
            TokenEndpointAuthMethod = "client_secret_post",
            GrantTypes = ["refresh_token", "authorization_code"],
            RedirectUris = ["https://a.example/cb", "https://a.example/two"],
            PostLogoutRedirectUris = ["https://a.example/bye"],
            BackchannelLogoutUri = "https://a.example/bcl",
            BackchannelLogoutSessionRequired = true,
            FrontchannelLogoutUri = "https://a.example/fcl",
            FrontchannelLogoutSessionRequired = true,
            Scope = "openid email",
            ApplicationType = "native",
            AccessTokenFormat = "opaque",
            AccessTokenSignedResponseAlg = "RS256",
            IdTokenSignedResponseAlg = "ES256",
            OfflineAccessSurvivesLogout = false,
            RevokeFamilyWithAccessToken = true,
            Consent = "implicit",
            Introspection = true,
            IntrospectionResources = ["https://api.example"],
            TokenEndpointAuthSigningAlg = "ES256",
            Jwks = JsonSerializer.SerializeToElement(new { keys = new[] { new { kty = "EC", crv = "P-256", x = "x", y = "y" } } }),
            JwksUri = "https://a.example/jwks",
            DpopBoundAccessTokens = true,
            RequirePushedAuthorizationRequests = true,
        };
        var stored = ClientForm.Of(metadata.NewClient(Guid.Empty, DateTime.UnixEpoch));
        Assert.Equal(JsonSerializer.Serialize(metadata), JsonSerializer.Serialize(stored));
        Assert.Equal(JsonSerializer.Serialize(metadata), JsonSerializer.Serialize(ClientForm.Read(ClientForm.Of(stored), new ClientMetadata())));
    }
}
