using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Fixtures;

/// <summary>A client that wants to be told of logouts, registered by the test that needs it, and what it was told.</summary>
internal sealed class ToldClient(AuthServerFactory server, ClientMetadata metadata, Guid id)
{
    private const string Secret = "told-secret-0123456789";

    public Guid Id => id;

    public string ClientId => metadata.ClientId!;

    public string Host => HostOf(ClientId);

    public Receiver Receiver => server.Receivers[Host];

    public RelyingParty Party { get; } = new(
        server,
        new Registration(
            metadata.ClientId!, Secret, metadata.TokenEndpointAuthMethod, metadata.RedirectUris[0], metadata.PostLogoutRedirectUris[0], metadata.Scope));

    /// <summary>The payloads of the logout tokens that came, and nothing but a logout token did.</summary>
    public IReadOnlyList<JsonElement> Notices =>
        [.. Tokens.Select(token => JsonDocument.Parse(WebEncoders.Base64UrlDecode(token.Split('.')[1])).RootElement)];

    public IReadOnlyList<string> Tokens => [.. Receiver.Forms.Select(form =>
    {
        var (name, value) = Assert.Single(QueryHelpers.ParseQuery(form));
        Assert.Equal("logout_token", name);
        return value.ToString();
    })];

    public static async Task<ToldClient> RegisterAsync(AuthServerFactory server, Func<ClientMetadata, ClientMetadata>? change = null)
    {
        var clientId = $"told-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var metadata = new ClientMetadata
        {
            ClientId = clientId,
            ClientSecret = Secret,
            ClientName = clientId,
            GrantTypes = ["authorization_code", "refresh_token"],
            RedirectUris = [$"https://{HostOf(clientId)}/cb"],
            PostLogoutRedirectUris = [$"https://{HostOf(clientId)}/bye"],
            Scope = "openid offline_access",
            Consent = "implicit",
            BackchannelLogoutUri = $"https://{HostOf(clientId)}/bcl",
        };
        metadata = change?.Invoke(metadata) ?? metadata;
        Assert.Empty(ClientMetadataValidator.Problems(metadata, new HashSet<string>(StringComparer.Ordinal)));
        var row = metadata.NewClient(Guid.CreateVersion7(server.Clock.GetUtcNow()), server.Clock.Now);
        row.ClientSecretHash = server.Services.GetRequiredService<IPasswordHasher<Client>>().HashPassword(row, Secret);
        await server.Services.GetRequiredService<Writes>().RunAsync(
            async (db, token) =>
            {
                db.Clients.Add(row);
                await db.SaveChangesAsync(token);
            },
            CancellationToken.None);
        _ = server.Receivers[HostOf(clientId)];
        return new(server, metadata, row.Id);
    }

    /// <summary>Everything it is owed, oldest first.</summary>
    public Task<List<Delivery>> DeliveriesAsync() =>
        server.ReadAsync(db => db.Deliveries.AsNoTracking().Where(d => d.ClientId == id).OrderBy(d => d.Id).ToListAsync());

    public async Task<Delivery> DeliveryAsync() => Assert.Single(await DeliveriesAsync());

    private static string HostOf(string clientId) => $"{clientId}.example";
}
