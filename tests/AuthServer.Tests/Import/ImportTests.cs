using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Keys;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AuthServer.Tests.Import;

/// <summary>An import creates what is absent and changes nothing that exists.</summary>
public sealed class ImportTests : IAsyncLifetime
{
    private const string Whole = """
        // Comments and trailing commas are for people.
        {
          "scopes": [{ "name": "orders.read", "description": "Read your orders", "resources": ["https://orders.example"], "claims": ["email"] }],
          "clients": [{
            "client_id": "web", "client_secret": "a-secret-of-the-web-shop", "client_name": "Web shop", "client_uri": "https://web.example/",
            "logo_uri": "https://web.example/logo.svg", "tos_uri": "https://web.example/tos", "policy_uri": "https://web.example/policy",
            "token_endpoint_auth_method": "client_secret_post", "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": ["https://web.example/cb"], "post_logout_redirect_uris": ["https://web.example/bye"],
            "scope": "openid offline_access orders.read", "application_type": "web", "access_token_format": "opaque",
            "access_token_signed_response_alg": "RS256", "id_token_signed_response_alg": "ES256", "offline_access_survives_logout": true,
            "revoke_family_with_access_token": true, "consent": "implicit", "introspection": true,
            "introspection_resources": ["https://orders.example"],
          }, {
            "client_id": "phone", "token_endpoint_auth_method": "none", "application_type": "native",
            "redirect_uris": ["com.example.phone:/cb", "http://127.0.0.1/cb", "https://phone.example/cb"],
          }],
          "users": [{
            "email": "carol@example.com", "password": "correct horse", "name": "Carol Carter", "given_name": "Carol", "family_name": "Carter",
            "picture": "https://pictures.example/carol", "website": "https://carol.example", "birthdate": "0000-12-31", "zoneinfo": "Europe/Berlin",
            "locale": "de-DE", "address": "1 Main Street", "phone_number": "+49 30 1234", "email_verified": false, "roles": ["admin", "Admin", "clerk"],
          }],
        }
        """;

    private readonly PreparedServer _server = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_client_is_created_with_every_member()
    {
        await ImportAsync(Whole);

        var client = await ClientAsync("web");
        Assert.Equal("Web shop", client.ClientName);
        Assert.Equal("https://web.example/", client.ClientUri);
        Assert.Equal("https://web.example/logo.svg", client.LogoUri);
        Assert.Equal("https://web.example/tos", client.TosUri);
        Assert.Equal("https://web.example/policy", client.PolicyUri);
        Assert.Equal("client_secret_post", client.TokenEndpointAuthMethod);
        Assert.Equal(["authorization_code", "refresh_token"], client.GrantTypes);
        Assert.Equal(["https://web.example/cb"], client.RedirectUris);
        Assert.Equal(["https://web.example/bye"], client.PostLogoutRedirectUris);
        Assert.Equal("openid offline_access orders.read", client.Scope);
        Assert.Equal("opaque", client.AccessTokenFormat);
        Assert.Equal("RS256", client.AccessTokenSignedResponseAlg);
        Assert.Equal("ES256", client.IdTokenSignedResponseAlg);
        Assert.True(client.OfflineAccessSurvivesLogout);
        Assert.True(client.RevokeFamilyWithAccessToken);
        Assert.Equal("implicit", client.Consent);
        Assert.True(client.Introspection);
        Assert.Equal(["https://orders.example"], client.IntrospectionResources);
        Assert.Equal(
            PasswordVerificationResult.Success,
            _server.Services.GetRequiredService<IPasswordHasher<Client>>().VerifyHashedPassword(client, client.ClientSecretHash!, "a-secret-of-the-web-shop"));
    }

    [Fact]
    public async Task What_a_client_does_not_say_has_the_registered_default()
    {
        await ImportAsync(Whole);

        var client = await ClientAsync("phone");
        Assert.Null(client.ClientSecretHash);
        Assert.Equal(["authorization_code"], client.GrantTypes);
        Assert.Equal("jwt", client.AccessTokenFormat);
        Assert.Equal("ES256", client.AccessTokenSignedResponseAlg);
        Assert.Equal("RS256", client.IdTokenSignedResponseAlg);
        Assert.Equal("explicit", client.Consent);
        Assert.True(client.OfflineAccessSurvivesLogout, "a native client shares the system browser's session");
        Assert.False(client.RevokeFamilyWithAccessToken);
        Assert.False(client.Introspection);
    }

    [Fact]
    public async Task A_client_that_authenticates_by_its_keys_is_created_with_them()
    {
        var key = new TestKey();
        await ImportAsync($$"""
            { "clients": [
              { "client_id": "job", "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256", "grant_types": ["client_credentials"],
                "jwks": {{key.Jwks}}, "dpop_bound_access_tokens": true },
              { "client_id": "other", "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://other.example/jwks", "grant_types": ["client_credentials"] }] }
            """);

        var (job, other) = (await ClientAsync("job"), await ClientAsync("other"));
        Assert.Equal((key.Jwks, null, "ES256", true), (job.Jwks, job.JwksUri, job.TokenEndpointAuthSigningAlg, job.DpopBoundAccessTokens));
        Assert.Equal((null, "https://other.example/jwks", null, false), (other.Jwks, other.JwksUri, other.TokenEndpointAuthSigningAlg, other.DpopBoundAccessTokens));
        Assert.Null(job.ClientSecretHash);
    }

    [Fact]
    public async Task A_user_is_created_and_Identity_knows_them()
    {
        await ImportAsync(Whole);

        await using var scope = _server.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var carol = await users.FindByEmailAsync("CAROL@example.com");
        Assert.NotNull(carol);
        Assert.True(await users.CheckPasswordAsync(carol, "correct horse"));
        Assert.Equal(["admin", "clerk"], (await users.GetRolesAsync(carol)).Order(StringComparer.Ordinal));
        Assert.Equal(
            ("Carol Carter", "Carol", "Carter", "0000-12-31", "Europe/Berlin", "de-DE", "1 Main Street", "+49 30 1234"),
            (carol.Name, carol.GivenName, carol.FamilyName, carol.Birthdate, carol.Zoneinfo, carol.Locale, carol.Address, carol.PhoneNumber));
        Assert.False(carol.EmailConfirmed);
        Assert.True(carol.LockoutEnabled);
        Assert.False(string.IsNullOrEmpty(carol.SecurityStamp));
        Assert.Equal(7, carol.Id.Version);

        // Whatever Identity checks at a later change holds of what was imported.
        Assert.Equal(IdentityResult.Success, await users.UpdateAsync(carol));
    }

    [Fact]
    public async Task A_scope_is_created()
    {
        await ImportAsync(Whole);

        var scope = await _server.ReadAsync(db => db.Scopes.SingleAsync());
        Assert.Equal("Read your orders", scope.Description);
        Assert.Equal(["https://orders.example"], scope.Resources);
        Assert.Equal(["email"], scope.Claims);
    }

    [Fact]
    public async Task A_scope_may_carry_every_claim_that_can_be_told()
    {
        await ImportAsync($$"""{ "scopes": [{ "name": "all", "description": "All", "claims": {{System.Text.Json.JsonSerializer.Serialize(UserClaims.Supported)}} }] }""");

        Assert.Contains("preferred_username", (await _server.ReadAsync(db => db.Scopes.SingleAsync())).Claims);
    }

    [Fact]
    public async Task A_second_import_changes_nothing_that_exists()
    {
        await ImportAsync(Whole);
        var before = await SnapshotAsync();

        await ImportAsync(Whole
            .Replace("a-secret-of-the-web-shop", "a-rotated-secret", StringComparison.Ordinal)
            .Replace("Web shop", "Renamed", StringComparison.Ordinal)
            .Replace("correct horse", "battery staple", StringComparison.Ordinal)
            .Replace("\"clerk\"", "\"boss\"", StringComparison.Ordinal)
            .Replace("Read your orders", "Read everything", StringComparison.Ordinal)
            .Replace("carol@example.com", "CAROL@example.com", StringComparison.Ordinal));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task A_second_import_creates_what_is_new_beside_what_exists()
    {
        await ImportAsync(Whole);

        // Its scope is in the database, not in this file.
        await ImportAsync("""
            { "clients": [{ "client_id": "job", "client_secret": "the-secret-of-the-job", "grant_types": ["client_credentials"], "scope": "orders.read" }],
              "users": [{ "email": "dave@example.com", "password": "correct horse", "roles": ["ADMIN"] }] }
            """);

        Assert.Equal("orders.read", (await ClientAsync("job")).Scope);
        Assert.Equal(2, await _server.ReadAsync(db => db.Roles.CountAsync()));
        Assert.Equal(2, await _server.ReadAsync(db => db.UserRoles.CountAsync(role => db.Roles.Any(r => r.Id == role.RoleId && r.NormalizedName == "ADMIN"))));
    }

    [Fact]
    public async Task Who_has_another_address_since_is_not_made_again_under_the_old_one()
    {
        await ImportAsync(Whole);
        await _server.WriteAsync(db => db.Users.ExecuteUpdateAsync(set => set
            .SetProperty(u => u.Email, "caroline@example.com").SetProperty(u => u.NormalizedEmail, "CAROLINE@EXAMPLE.COM")
            .SetProperty(u => u.UserName, "caroline@example.com").SetProperty(u => u.NormalizedUserName, "CAROLINE@EXAMPLE.COM")));

        await ImportAsync(Whole);

        Assert.Equal("caroline@example.com", (await _server.ReadAsync(db => db.Users.SingleAsync())).Email);
    }

    [Fact]
    public async Task What_was_deleted_and_made_anew_is_left_as_it_was_made()
    {
        await ImportAsync(Whole);
        await _server.WriteAsync(db => db.Scopes.ExecuteDeleteAsync());
        await ImportAsync(Whole);
        Assert.False(await _server.ReadAsync(db => db.Scopes.AnyAsync()));

        await _server.WriteAsync(db =>
        {
            db.Scopes.Add(new Scope { Name = "orders.read", Description = "Another" });
            return db.SaveChangesAsync();
        });
        await ImportAsync(Whole);

        Assert.Equal("Another", (await _server.ReadAsync(db => db.Scopes.SingleAsync())).Description);
    }

    [Fact]
    public async Task A_missing_file_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync("--AuthServer:Import=/nowhere/import.json"));

        Assert.Contains("AuthServer:Import", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/import.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Development_gives_an_empty_database_something_to_try()
    {
        await _server.StartInAsync("Development");

        Assert.Equal(["http://localhost:5123/playground"], (await ClientAsync("playground")).RedirectUris);
        Assert.True((await ClientAsync("demo-api")).Introspection);
        await using var scope = _server.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var alice = await users.FindByEmailAsync("alice@example.com");
        Assert.True(await users.CheckPasswordAsync(alice!, "Passw0rd!"));
        Assert.True(await users.IsInRoleAsync(alice!, "admin"));
        Assert.Equal(2, await _server.ReadAsync(db => db.Users.CountAsync()));
    }

    [Fact]
    public async Task Production_stays_empty()
    {
        await _server.StartAsync();

        Assert.False(await _server.ReadAsync(db => db.Users.AnyAsync()));
        Assert.False(await _server.ReadAsync(db => db.Clients.AnyAsync()));
    }

    [Fact]
    public async Task Development_adds_nothing_to_what_was_imported()
    {
        await _server.StartInAsync("Development", "--AuthServer:Import=" + await FileAsync(Whole));

        Assert.False(await _server.ReadAsync(db => db.Clients.AnyAsync(client => client.ClientId == "playground")));
        Assert.Equal(1, await _server.ReadAsync(db => db.Users.CountAsync()));
    }

    private Task<Client> ClientAsync(string clientId) => _server.ReadAsync(db => db.Clients.SingleAsync(client => client.ClientId == clientId));

    private async Task ImportAsync(string json) => await _server.StartAsync("--AuthServer:Import=" + await FileAsync(json));

    private async Task<string> FileAsync(string json)
    {
        var path = Path.Combine(_server.Directory, "import.json");
        await File.WriteAllTextAsync(path, json);
        return path;
    }

    private Task<string> SnapshotAsync() => _server.ReadAsync(async db => System.Text.Json.JsonSerializer.Serialize(new object[]
    {
        await db.Scopes.OrderBy(scope => scope.Name).ToListAsync(),
        await db.Clients.OrderBy(client => client.ClientId).ToListAsync(),
        await db.Users.OrderBy(user => user.Email).ToListAsync(),
        await db.Roles.OrderBy(role => role.Name).ToListAsync(),
        await db.UserRoles.OrderBy(role => role.RoleId).ToListAsync(),
    }));
}
