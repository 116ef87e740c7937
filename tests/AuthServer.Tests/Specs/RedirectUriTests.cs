using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1: an answer goes to a registered address of a known client, or nowhere.</summary>
public sealed class RedirectUriTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task A_registered_redirect_uri_keeps_its_query()
    {
        var arrival = await NewBrowser().VisitAsync(Spa.Request().Url, Alice);

        Assert.StartsWith("https://spa.example/cb?app=1&code=", arrival.Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://web.example/cb/")]
    [InlineData("https://web.example/cb?x=1")]
    [InlineData("https://web.example/CB")]
    [InlineData("https://web.example/cb#f")]
    [InlineData("https://web.example:443/cb")]
    [InlineData("https://web.example.evil.example/cb")]
    [InlineData("https://web.example/../cb")]
    [InlineData("https://web.example/cb ")]
    [InlineData("//web.example/cb")]
    [InlineData("javascript:alert(1)")]
    [InlineData("::::")]
    [InlineData("http://web.example/cb")]
    public async Task Oidcc_ensure_registered_redirect_uri(string redirectUri)
    {
        var arrival = await NewBrowser().VisitAsync(Web.Request().With("redirect_uri", redirectUri).Url, Alice);

        arrival.ShouldBeToldToThePerson();
    }

    [Fact]
    public async Task With_several_redirect_uris_one_must_be_named()
    {
        (await NewBrowser().VisitAsync(Shop.Request().Without("redirect_uri").Url, Alice)).ShouldBeToldToThePerson();
    }

    [Fact]
    public async Task With_one_redirect_uri_it_may_be_left_out_in_both_requests()
    {
        var request = Web.Request().Without("redirect_uri");
        var arrival = await NewBrowser().VisitAsync(request.Url, Alice);

        (await Web.RedeemAsync(arrival.Code!, request)).ShouldBeOk();
    }

    [Theory]
    [InlineData("http://127.0.0.1:49152/cb", true)]
    [InlineData("http://127.0.0.1/cb", true)]
    [InlineData("com.example.desktop:/cb", true)]
    [InlineData("http://127.0.0.1:49152/other", false)]
    [InlineData("http://localhost:49152/cb", false)]
    [InlineData("http://127.0.0.1.evil.example:80/cb", false)]
    [InlineData("http://127.0.0.1:80@evil.example/cb", false)]
    [InlineData("https://127.0.0.1:49152/cb", false)]
    public async Task A_native_client_takes_its_loopback_port_at_run_time(string redirectUri, bool registered)
    {
        var arrival = await NewBrowser().VisitAsync(Server.Client("desktop").Request().With("redirect_uri", redirectUri).Url, Alice);

        if (registered)
        {
            Assert.StartsWith(redirectUri + "?code=", arrival.Uri, StringComparison.Ordinal);
        }
        else
        {
            arrival.ShouldBeToldToThePerson();
        }
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("WEB")]
    [InlineData("")]
    [InlineData("web\0")]
    public async Task An_unknown_client_is_told_to_the_person(string clientId)
    {
        (await NewBrowser().VisitAsync(Web.Request().With("client_id", clientId).Url, Alice)).ShouldBeToldToThePerson();
    }

    [Fact]
    public async Task A_client_without_the_code_grant_is_refused()
    {
        (await NewBrowser().VisitAsync(Server.Client("machine").Request().With("redirect_uri", "https://machine.example/cb").Url, Alice)).ShouldBeToldToThePerson();
    }
}
