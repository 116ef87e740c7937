using System.Net;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 7591 §2 <c>jwks_uri</c>: a client's keys where it keeps them itself, fetched seldom and never believed for long.</summary>
public sealed class JwksUriTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private readonly TestKey _key = new();
    private readonly string _host = $"keys-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}.example";

    private Receiver Keys => Server.Receivers[_host];

    [Fact]
    public async Task Keys_are_fetched_once_and_again_after_five_minutes()
    {
        var client = await ClientAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ShouldPassAsync(client)));
        Clock.Advance(TimeSpan.FromSeconds(299));
        await ShouldPassAsync(client);
        Assert.Equal(1, Keys.Fetches);

        Clock.Advance(TimeSpan.FromSeconds(1));
        await ShouldPassAsync(client);
        Assert.Equal(2, Keys.Fetches);
    }

    [Fact]
    public async Task A_new_key_is_found_but_nobody_makes_us_ask_more_than_every_thirty_seconds()
    {
        var client = await ClientAsync();
        await ShouldPassAsync(client);
        var next = new TestKey();
        Keys.Answer = Receiver.Always(HttpStatusCode.OK, TestKey.JwksOf(_key, next));

        await ShouldFailAsync(client, next);
        Clock.Advance(TimeSpan.FromSeconds(30));
        await ShouldPassAsync(client, next);
        Assert.Equal(2, Keys.Fetches);

        for (var i = 0; i < 5; i++)
        {
            await ShouldFailAsync(client, new TestKey());
        }

        Assert.Equal(2, Keys.Fetches);
        await ShouldPassAsync(client);
    }

    [Fact]
    public async Task A_key_that_was_taken_out_is_refused_after_five_minutes()
    {
        var client = await ClientAsync();
        await ShouldPassAsync(client);
        Keys.Answer = Receiver.Always(HttpStatusCode.OK, new TestKey().Jwks);
        Clock.Advance(TimeSpan.FromMinutes(5));

        await ShouldFailAsync(client, _key);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_again_are_forgotten_after_fifteen_minutes()
    {
        var client = await ClientAsync();
        await ShouldPassAsync(client);
        Keys.Answer = Receiver.Always(HttpStatusCode.InternalServerError);
        Clock.Advance(TimeSpan.FromSeconds(899));
        await ShouldPassAsync(client);
        Clock.Advance(TimeSpan.FromSeconds(1));

        await ShouldFailAsync(client, _key);
        Assert.Equal(2, Keys.Fetches);

        Keys.Answer = Receiver.Always(HttpStatusCode.OK, _key.Jwks);
        Clock.Advance(TimeSpan.FromSeconds(30));
        await ShouldPassAsync(client);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "{keys}")]
    [InlineData(HttpStatusCode.Redirect, "{keys}")]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "<html>")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.OK, """{"keys":[]}""")]
    [InlineData(HttpStatusCode.OK, """{"keys":{"kty":"EC"}}""")]
    [InlineData(HttpStatusCode.OK, """{"keys":[{"kty":"oct","k":"AAAA"}]}""")]
    [InlineData(HttpStatusCode.OK, """{"keys":[{"kty":"EC","crv":"P-256","x":"?","y":"!"}]}""")]
    [InlineData(HttpStatusCode.OK, "{keys}{long}")]
    public async Task An_answer_that_is_no_set_of_public_keys_is_none(HttpStatusCode status, string body)
    {
        var client = await ClientAsync();
        Keys.Answer = Receiver.Always(status, body
            .Replace("{keys}", _key.Jwks, StringComparison.Ordinal).Replace("{long}", new string(' ', 40_000), StringComparison.Ordinal));

        await ShouldFailAsync(client, _key);
    }

    [Fact]
    public async Task A_host_that_may_not_be_called_is_not_waited_for()
    {
        var client = await ClientAsync();
        Keys.Answer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);

        await ShouldFailAsync(client, _key);
        await ShouldFailAsync(client, _key);
        Assert.Equal(1, Keys.Fetches);
    }

    private async Task ShouldFailAsync(RelyingParty client, TestKey key) =>
        (await new RelyingParty(Server, client.Registration, key).ClientCredentialsAsync()).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");

    private async Task ShouldPassAsync(RelyingParty client, TestKey? key = null) =>
        (await new RelyingParty(Server, client.Registration, key ?? _key).ClientCredentialsAsync()).ShouldBeOk();

    private Task<RelyingParty> ClientAsync()
    {
        Keys.Answer = Receiver.Always(HttpStatusCode.OK, _key.Jwks);
        return NewClient.WithKeyAsync(Server, _key, metadata => metadata with { Jwks = null, JwksUri = $"https://{_host}/jwks" });
    }
}
