using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Fixtures;

/// <summary>Clients that a test registers for itself.</summary>
internal static class NewClient
{
    /// <summary>One that proves who it is by <paramref name="key"/>, registered with it unless <paramref name="change"/> says otherwise.</summary>
    public static Task<RelyingParty> WithKeyAsync(AuthServerFactory server, TestKey key, Func<ClientMetadata, ClientMetadata>? change = null) =>
        RegisterAsync(server, metadata => (change ?? (same => same))(metadata with
        {
            TokenEndpointAuthMethod = "private_key_jwt",
            Jwks = JsonDocument.Parse(key.Jwks).RootElement,
        }), key);

    public static async Task<RelyingParty> RegisterAsync(
        AuthServerFactory server, Func<ClientMetadata, ClientMetadata> change, TestKey? key = null)
    {
        var clientId = $"new-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var metadata = change(new ClientMetadata
        {
            ClientId = clientId,
            GrantTypes = ["authorization_code", "refresh_token", "client_credentials"],
            RedirectUris = [$"https://{clientId}.example/cb"],
            Scope = "openid offline_access orders.read",
            Consent = "implicit",
        });
        Assert.Empty(ClientMetadataValidator.Problems(metadata, new HashSet<string>(["orders.read"], StringComparer.Ordinal)));
        var row = metadata.NewClient(Guid.CreateVersion7(server.Clock.GetUtcNow()), server.Clock.Now);
        await server.Services.GetRequiredService<Writes>().RunAsync(
            async (db, token) =>
            {
                db.Clients.Add(row);
                await db.SaveChangesAsync(token);
            },
            CancellationToken.None);
        return new(
            server,
            new Registration(clientId, Secret: null, metadata.TokenEndpointAuthMethod, metadata.RedirectUris[0], PostLogoutRedirectUri: null, metadata.Scope),
            key);
    }
}
