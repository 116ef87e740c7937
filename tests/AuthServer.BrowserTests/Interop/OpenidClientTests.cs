using System.Text.Json;
using AuthServer.BrowserTests.Processes;

namespace AuthServer.BrowserTests.Interop;

/// <summary>The server as openid-client (a relying party library for Node that others wrote) sees it. What each asserts is in <c>tests/interop/openid-client</c>.</summary>
public sealed class OpenidClientTests(InteropServer server) : IClassFixture<InteropServer>
{
    [Fact]
    public Task Discovery_names_the_issuer_at_both_addresses() => RunAsync("discovery");

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public Task A_code_is_redeemed_with_pkce_and_the_id_token_verified(string clientId) => RunAsync("code", clientId);

    [Fact]
    public Task A_request_is_pushed() => RunAsync("pushed-request");

    [Fact]
    public Task A_client_proves_itself_with_its_key() => RunAsync("private-key-jwt", "private_key_jwt");

    [Fact]
    public Task Tokens_are_bound_to_a_key_with_the_servers_nonces() => RunAsync("dpop");

    [Fact]
    public Task Refresh_tokens_rotate_and_an_old_one_ends_the_family() => RunAsync("refresh");

    [Fact]
    public Task What_is_revoked_is_inactive_and_refreshes_no_more() => RunAsync("revocation");

    [Fact]
    public Task A_client_gets_a_token_of_its_own_for_a_resource() => RunAsync("client-credentials");

    [Fact]
    public Task A_device_is_connected() => RunAsync("device", "television");

    [Fact]
    public Task A_logout_leads_back_and_its_token_is_verified() => RunAsync("logout", "told");

    private async Task RunAsync(string scenario, string clientId = "client_secret_basic")
    {
        var person = server.NextPerson();
        using var somebody = new Somebody(server, person);
        await Node.RunAsync(scenario, server.SettingsOf(clientId, person), async wish =>
        {
            if (wish.TryGetProperty("visit", out var address))
            {
                return new { arrived = await somebody.VisitAsync(address.GetString()!, wish.GetProperty("until").GetString()!) };
            }

            if (wish.TryGetProperty("approve", out var verificationUri))
            {
                await somebody.ApproveAsync(verificationUri.GetString()!);
                return new { };
            }

            Assert.True(wish.TryGetProperty("logout_token", out _), wish.GetRawText());
            await Patience.UntilAsync(() => server.Receiver.Accepted.Count > 0, TimeSpan.FromSeconds(30), () => "Nobody was told of the logout.");
            return new { logout_token = server.Receiver.Accepted.Single().LogoutToken };
        });
    }
}
