using System.Net;
using System.Text.RegularExpressions;
using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Stories;

/// <summary>From build output, in Development and in Production, every sheet and script of a page is there and not empty.</summary>
public sealed partial class StaticFileTests(DemoServer demo, ShopServer shop)
{
    [Theory]
    [InlineData("Development", "/")]
    [InlineData("Development", "/playground")]
    [InlineData("Production", "/")]
    [InlineData("Production", "/Identity/Account/Login")]
    public async Task EveryAsset_IsServedWhole(string environment, string path)
    {
        ServerProcess server = environment == "Production" ? shop : demo;
        var page = await server.Http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var assets = Assets().Matches(page).Select(match => match.Groups["path"].Value).ToList();

        Assert.Contains(assets, asset => asset.Contains("/css/site.css", StringComparison.Ordinal));
        foreach (var asset in assets)
        {
            using var answer = await server.Http.GetAsync(new Uri(asset, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(Kind(asset), answer.Content.Headers.ContentType?.MediaType);
            Assert.True((await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length > 100, $"{asset} is empty.");
        }
    }

    [Theory]
    [InlineData("/playground")]
    [InlineData("/Identity/Account/Register")]
    public async Task Production_HasNoneOfTheDemonstration(string path)
    {
        using var answer = await shop.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static string Kind(string asset) => Path.GetExtension(asset.Split('?')[0]) switch
    {
        ".css" => "text/css",
        ".js" => "text/javascript",
        ".svg" => "image/svg+xml",
        var other => other,
    };

    [GeneratedRegex("(href|src)=\"(?<path>/[^\"]+\\.(css|js|svg)(\\?[^\"]*)?)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assets();
}
