using AuthServer.Database;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Account;

/// <summary>The server at its first start in earnest: no import, nobody there.</summary>
public sealed partial class EmptyServer(DatabaseProvider provider, AuthServerFactory? beside = null) : AuthServerFactory(provider, LogLevel.Warning, beside)
{
    /// <summary>The links that it printed, oldest first, without the host.</summary>
    public IReadOnlyList<string> Links =>
        [.. Log.Lines.Select(line => LinkPattern().Match(line.Text)).Where(match => match.Success).Select(match => match.Groups["path"].Value)];

    public static async Task<EmptyServer> StartAsync(DatabaseProvider provider, AuthServerFactory? beside = null)
    {
        var server = new EmptyServer(provider, beside);
        await server.InitializeAsync();
        return server;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:Import", "");
    }

    [System.Text.RegularExpressions.GeneratedRegex(
        @"https://auth\.example(?<path>/Identity/Account/FirstAdministrator\?key=[A-Za-z0-9_-]+)", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, 1000)]
    private static partial System.Text.RegularExpressions.Regex LinkPattern();
}
