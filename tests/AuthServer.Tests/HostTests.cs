using Microsoft.Extensions.Configuration;

namespace AuthServer.Tests;

/// <summary>The command line.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData("--migrate")]
    [InlineData("--restored")]
    public void A_word_takes_no_setting_for_its_value(string word)
    {
        var builder = AuthServerHost.CreateBuilder([word, "--AuthServer:Issuer=https://id.example", "--urls", "http://127.0.0.1:5123"]);

        Assert.Equal(("https://id.example", "http://127.0.0.1:5123"), (builder.Configuration["AuthServer:Issuer"], builder.Configuration["urls"]));
    }
}
