using AuthServer.Database;
using AuthServer.Protocol;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Specs;

/// <summary><c>X-Forwarded-*</c> is believed from configured proxies alone: it decides whose address is written down and counted.</summary>
public sealed class ProxiesTests(ProxiedServer server) : SpecFacts(server), IClassFixture<ProxiedServer>
{
    [Theory]
    [InlineData("10.1.2.3", "203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8::7", "203.0.113.9", "203.0.113.9")]
    [InlineData("10.1.2.3", "198.51.100.1, 203.0.113.9, 10.1.9.9", "203.0.113.9")]
    [InlineData("10.1.2.3", "rubbish", "10.1.2.3")]
    [InlineData("10.2.2.3", "203.0.113.9", "10.2.2.3")]
    [InlineData("198.51.100.1", "10.1.2.3", "198.51.100.1")]
    public async Task The_session_and_the_ledger_have_the_callers_address(string peer, string forwarded, string expected)
    {
        var person = await Server.NewPersonAsync();
        var browser = new Browser(Server) { Headers = { [CallerAddress.Header] = peer, ["X-Forwarded-For"] = forwarded } };

        await browser.SignInAsync(person);
        await browser.SignOutAsync();

        var (session, line) = await Server.ReadAsync(async db =>
        {
            var user = await db.Users.SingleAsync(u => u.Email == person.Email, Cancellation);
            return (await db.LoginSessions.SingleAsync(s => s.UserId == user.Id, Cancellation),
                await db.Revocations.SingleAsync(r => r.UserId == user.Id && r.Completes == null, Cancellation));
        });
        Assert.Equal((expected, expected), (session.Address, line.Address));
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("198.51.100.1", false)]
    public async Task The_scheme_too_and_the_host_never(string peer, bool believed)
    {
        using var http = new HttpClient(Server.Server.CreateHandler()) { BaseAddress = new Uri("http://auth.example") };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration");
        request.Headers.Add(CallerAddress.Header, peer);
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "evil.example");

        var answer = await Answer.ReadAsync(await http.SendAsync(request, Cancellation), Cancellation);

        Assert.Equal(believed, answer.Header("Strict-Transport-Security") is not null);
        Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
    }
}

/// <summary>Without configured proxies the headers are ignored, whoever sends them.</summary>
public sealed class NoProxiesTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task Nobody_is_believed()
    {
        var person = await Server.NewPersonAsync();
        await new Browser(Server) { Headers = { ["X-Forwarded-For"] = "203.0.113.9" } }.SignInAsync(person);

        var session = await Server.ReadAsync(db => db.LoginSessions.OrderByDescending(s => s.Id).FirstAsync(Cancellation));
        Assert.NotEqual("203.0.113.9", session.Address);
    }

    [Fact]
    public async Task A_page_over_http_says_once_in_the_log_what_is_missing()
    {
        using var http = new HttpClient(Server.Server.CreateHandler()) { BaseAddress = new Uri("http://auth.example") };
        for (var request = 0; request < 3; request++)
        {
            await http.GetAsync(new Uri("/Identity/Account/Login", UriKind.Relative), Cancellation);
        }

        var said = Assert.Single(Server.Log.Lines, line => line.EventId == 1502);
        Assert.Contains("AuthServer:Proxies", said.Text, StringComparison.Ordinal);
    }
}

/// <summary>What is wrong with a list of proxies stops the start.</summary>
public sealed class ProxiesValidatorTests
{
    [Theory]
    [InlineData("10.1.0.7", null, true)]
    [InlineData("2001:db8::/32", null, true)]
    [InlineData("proxy.example", null, false)]
    [InlineData("10.1.0.0/33", null, false)]
    [InlineData("", null, false)]
    [InlineData("10.1.0.7", "true", false)]
    public void Only_addresses_and_networks_and_no_second_way(string proxy, string? framework, bool good)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ForwardedHeaders_Enabled", framework)]).Build();
        var validated = new ProxiesValidator(configuration).Validate(name: null, new AuthServerOptions { Proxies = [proxy] });
        Assert.Equal(good, validated.Succeeded);
    }
}

/// <summary>The server behind proxies.</summary>
public sealed class ProxiedServer() : AuthServerFactory(DatabaseProvider.Sqlite)
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:Proxies:0", "10.1.0.0/16");
        builder.UseSetting("AuthServer:Proxies:1", "2001:db8::7");
        builder.ConfigureTestServices(services => services.AddTransient<IStartupFilter, CallerAddress>());
    }
}
