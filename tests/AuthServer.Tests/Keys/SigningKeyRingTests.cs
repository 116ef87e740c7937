using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace AuthServer.Tests.Keys;

/// <summary>RFC 7517, RFC 7518 §6: the keys that sign tokens.</summary>
public sealed class SigningKeyRingTests : IAsyncLifetime
{
    private readonly PreparedServer _server = new();

    private SigningKeyRing Ring => _server.Services.GetRequiredService<SigningKeyRing>();

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_keys_survive_a_restart_and_stay_the_same()
    {
        var before = Ring.Jwks.ToArray();

        await _server.StartAsync();

        Assert.Equal(Encoding.UTF8.GetString(before), Encoding.UTF8.GetString(Ring.Jwks.Span));
        Assert.Equal(2, await _server.ReadAsync(db => db.SigningKeys.CountAsync()));
    }

    [Theory]
    [InlineData("RS256", "RSA", new[] { "alg", "e", "kid", "kty", "n", "use" })]
    [InlineData("ES256", "EC", new[] { "alg", "crv", "kid", "kty", "use", "x", "y" })]
    public void The_key_set_has_public_members_only(string alg, string kty, string[] members)
    {
        using var set = JsonDocument.Parse(Ring.Jwks);
        var key = Assert.Single(set.RootElement.GetProperty("keys").EnumerateArray(), key => key.GetProperty("alg").GetString() == alg);

        Assert.Equal(kty, key.GetProperty("kty").GetString());
        Assert.Equal("sig", key.GetProperty("use").GetString());
        Assert.Equal(members, key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task What_a_key_signs_is_verified_with_the_published_set(string alg)
    {
        var credentials = Ring.Credentials(alg);
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor { Issuer = "https://id.example", SigningCredentials = credentials });
        var published = new JsonWebKeySet(Encoding.UTF8.GetString(Ring.Jwks.Span));

        foreach (var keys in new IEnumerable<SecurityKey>[] { published.GetSigningKeys(), Ring.ValidationKeys })
        {
            var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
            {
                IssuerSigningKeys = keys,
                ValidIssuer = "https://id.example",
                ValidateAudience = false,
                TryAllIssuerSigningKeys = false,
            });
            Assert.True(result.IsValid, result.Exception?.Message);
        }

        Assert.Equal(alg, new JsonWebToken(token).Alg);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public void The_kid_is_the_thumbprint_of_the_public_key(string alg)
    {
        var published = new JsonWebKeySet(Encoding.UTF8.GetString(Ring.Jwks.Span)).Keys.Single(key => key.Alg == alg);

        // RFC 7638 §3.
        Assert.Equal(published.Kid, Base64UrlEncoder.Encode(published.ComputeJwkThumbprint()));
        Assert.Equal(published.Kid, Ring.Credentials(alg).Kid);
    }

    [Fact]
    public void The_keys_for_verifying_cannot_sign()
    {
        Assert.Equal(2, Ring.ValidationKeys.Count);
        foreach (var key in Ring.ValidationKeys)
        {
            AsymmetricAlgorithm algorithm = key is RsaSecurityKey rsa ? RSA.Create(rsa.Parameters) : ((ECDsaSecurityKey)key).ECDsa;
            Assert.ThrowsAny<CryptographicException>(() => algorithm.ExportPkcs8PrivateKey());
        }
    }

    [Fact]
    public async Task The_stored_private_key_is_sealed()
    {
        foreach (var key in await _server.ReadAsync(db => db.SigningKeys.ToListAsync()))
        {
            Assert.ThrowsAny<CryptographicException>(() => SigningKeyForm.Open(key.SealedKey!, key.Alg));
        }
    }

    [Fact]
    public async Task A_key_that_cannot_be_unsealed_stops_the_start()
    {
        var kid = Ring.Credentials("ES256").Kid;
        await _server.WriteAsync(db => db.SigningKeys.Where(key => key.Kid == kid)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.SealedKey, new byte[64])));

        var refused = await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync());

        Assert.Contains(kid, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_under_the_name_of_another_stops_the_start()
    {
        await _server.WriteAsync(db => db.Database.ExecuteSqlRawAsync("UPDATE \"SigningKeys\" SET \"Kid\" = 'other' WHERE \"Alg\" = 'RS256'"));

        await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync());
    }
}
