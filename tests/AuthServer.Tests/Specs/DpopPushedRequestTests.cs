using System.Net;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 9449 §10.1: who pushes a request with a proof need not name its key, and gets a code that only this key redeems.</summary>
public sealed class DpopPushedRequestTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private readonly TestKey _key = new();

    [Theory]
    [InlineData("web")]
    [InlineData("spa")]
    public async Task A_code_pushed_for_with_a_proof_is_good_with_that_key_alone(string clientId)
    {
        var client = Server.Client(clientId);
        var request = client.Request();
        var (answer, url) = await client.Proving(_key).PushAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var code = (await NewBrowser().VisitAsync(url, Alice)).Code!;

        (await client.RedeemAsync(code, request)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        (await client.Proving(new TestKey()).RedeemAsync(code, request)).ShouldBeInvalidGrant();
        var tokens = (await client.Proving(_key).RedeemAsync(code, request)).ShouldBeOk();
        Assert.Equal("DPoP", tokens.Member("token_type"));
        await client.Proving(_key).ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Proof_and_dpop_jkt_must_be_one_key()
    {
        var client = Web.Proving(_key);

        (await client.PushAsync(Web.Request().With("dpop_jkt", new TestKey().Jkt))).Answer.ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        Assert.Equal(HttpStatusCode.Created, (await client.PushAsync(Web.Request().With("dpop_jkt", _key.Jkt))).Answer.Status);
    }

    [Fact]
    public async Task A_proof_for_another_address_pushes_nothing()
    {
        var before = await CountAsync();
        Assert.Equal(HttpStatusCode.Created, (await Web.Proving(_key).PushAsync(Web.Request())).Answer.Status);
        Assert.Equal(before + 1, await CountAsync());

        (await PushAsync(_key.Proof("POST", "/connect/token", Clock.Now, nonce: null))).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        (await PushAsync("rubbish")).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        Assert.Equal(before + 1, await CountAsync());
    }

    [Fact]
    public async Task A_proof_wants_the_servers_nonce_and_is_good_once()
    {
        var challenged = (await PushAsync(_key.Proof("POST", "/connect/par", Clock.Now, nonce: null))).ShouldBe(HttpStatusCode.BadRequest, "use_dpop_nonce");
        var proof = _key.Proof("POST", "/connect/par", Clock.Now, challenged.Header("DPoP-Nonce"));

        Assert.Equal(HttpStatusCode.Created, (await PushAsync(proof)).Status);
        (await PushAsync(proof)).ShouldBe(HttpStatusCode.BadRequest, "invalid_dpop_proof");
    }

    private async Task<Answer> PushAsync(string proof)
    {
        using var request = Web.Post("/connect/par", Web.Request().Parameters.Where(p => p.Key != "client_id"));
        request.Headers.Add("DPoP", proof);
        return await Web.SendAsync(request);
    }

    private Task<int> CountAsync() => Server.ReadAsync(db => db.PushedRequests.CountAsync());
}
