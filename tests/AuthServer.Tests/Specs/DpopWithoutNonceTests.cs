using System.Net;
using AuthServer.Database;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 9449 §11.1: where no nonce is asked for, a proof counts by its <c>iat</c>.</summary>
public sealed class DpopWithoutNonceTests(DpopWithoutNonceTests.LenientServer server) : SpecFacts(server), IClassFixture<DpopWithoutNonceTests.LenientServer>
{
    [Theory]
    [InlineData(-59, null)]
    [InlineData(0, null)]
    [InlineData(60, null)]
    [InlineData(-60, "invalid_dpop_proof")]
    [InlineData(61, "invalid_dpop_proof")]
    [InlineData(31536000, "invalid_dpop_proof")]
    public async Task A_proof_is_good_for_a_minute_either_way(int seconds, string? error)
    {
        var machine = Server.Client("machine");
        using var request = machine.Post("/connect/token", [new("grant_type", "client_credentials")]);
        request.Headers.Add("DPoP", new TestKey().Proof("POST", "/connect/token", Clock.Now.AddSeconds(seconds), nonce: null));

        var answer = await machine.SendAsync(request);

        Assert.Equal((error is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest, error, null), (answer.Status, answer.Error, answer.Header("DPoP-Nonce")));
    }

    [Fact]
    public async Task It_is_good_once_all_the_same()
    {
        var machine = Server.Client("machine");
        var proof = new TestKey().Proof("POST", "/connect/token", Clock.Now, nonce: null);
        foreach (var error in new[] { null, "invalid_dpop_proof" })
        {
            using var request = machine.Post("/connect/token", [new("grant_type", "client_credentials")]);
            request.Headers.Add("DPoP", proof);
            Assert.Equal(error, (await machine.SendAsync(request)).Error);
        }
    }

    /// <summary>The server with <c>AuthServer:Dpop:RequireNonce</c> off.</summary>
    public sealed class LenientServer() : AuthServerFactory(DatabaseProvider.Sqlite)
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("AuthServer:Dpop:RequireNonce", "false");
        }
    }
}
