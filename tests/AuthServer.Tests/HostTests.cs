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

    [Fact]
    public async Task Settings_that_are_no_json_are_told_with_their_file_and_place()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, """{ "AuthServer": { "Issuer": "https://id.example",, } }""", TestContext.Current.CancellationToken);
            var fault = Record.Exception(() => new ConfigurationBuilder().AddJsonFile(path).Build());

            var said = StartupFault.Explain(fault!);

            Assert.NotNull(said);
            Assert.Contains(path, said, StringComparison.Ordinal);
            Assert.Contains("LineNumber: 0", said, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
