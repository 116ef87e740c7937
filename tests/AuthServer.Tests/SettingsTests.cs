using AuthServer.Tests.Keys;

namespace AuthServer.Tests;

/// <summary>A setting that nothing reads stops the start and is named: a typo would silently leave the default in place.</summary>
public sealed class SettingsTests : IAsyncLifetime
{
    private readonly PreparedServer _server = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("AuthServer:Lifetimes:AccesToken", "00:01:00", "AuthServer:Lifetimes:AccesToken is not known here; known: AuthorizationCode, ")]
    [InlineData("AuthServer:Database:ConnectionString", "Data Source=elsewhere.db", "AuthServer:Database is not known here; known: Issuer, ")]
    [InlineData("authserver:isuer", "https://id.example", "AuthServer:isuer is not known here; known: Issuer, ")]
    [InlineData("AuthServer:RateLimits:Password:Permited", "5", "AuthServer:RateLimits:Password:Permited is not known here; known: Permitted, Window")]
    [InlineData("AuthServer:Keys:Import:0:File", "key.pem", "AuthServer:Keys:Import:0:File is not known here; known: Path, Password")]
    [InlineData("AuthServer:Registration:Open", "true", "AuthServer:Registration:Open is not known here")]
    [InlineData("Database:Conection", "Data Source=elsewhere.db", "Database:Conection is not known here; known: Provider, ConnectionString")]
    [InlineData("Mail:User", "postmaster", "Mail:User is not known here; known: Host, ")]
    [InlineData("DataProtection:Certificate:File", "ring.pfx", "DataProtection:Certificate:File is not known here; known: Path, Password")]
    public async Task An_unknown_one_stops_the_start_with_one_line_that_names_it(string key, string value, string line)
    {
        var fault = await Record.ExceptionAsync(() => _server.StartAsync($"--{key}={value}"));

        Assert.NotNull(fault);
        var said = StartupFault.Explain(fault);
        Assert.StartsWith(line, said, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain(value, said, StringComparison.Ordinal);
        Assert.False(File.Exists(_server.Database));
    }

    [Fact]
    public async Task Several_of_a_section_are_all_named()
    {
        var fault = await Record.ExceptionAsync(() => _server.StartAsync("--AuthServer:Isuer=x", "--AuthServer:Dpop:Nonce=x"));

        Assert.NotNull(fault);
        var said = StartupFault.Explain(fault);
        Assert.Contains("AuthServer:Isuer ", said, StringComparison.Ordinal);
        Assert.Contains("AuthServer:Dpop:Nonce ", said, StringComparison.Ordinal);
    }

    [Fact]
    public Task Known_ones_are_taken_in_any_case_and_in_lists() => _server.StartAsync(
        "--authserver:lifetimes:ACCESSTOKEN=00:05:00", "--AuthServer:Proxies:0=10.0.0.1", "--AuthServer:Outbound:Allow:0=10.1.0.0/16", "--AuthServer:RateLimits:Mail:Window=00:30:00",
        "--AuthServer:Telemetry:Otlp:Endpoint=", "--AuthServer:Dpop:RequireNonce=false", "--Mail=/var/mail/somebody", "--Mail:Host=mail.example", "--Mail:From=auth@example.com");
}
