using System.Net.Http.Headers;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>docs/decisions/0022: what clients call is found without routing where the request is plain, and by routing where it is not. The answer is the same.</summary>
public sealed class DirectEndpointTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private const string FormType = "application/x-www-form-urlencoded";

    public static TheoryData<string, string> Endpoints => new()
    {
        { "GET", "/.well-known/openid-configuration" }, { "GET", "/.well-known/oauth-authorization-server" }, { "GET", "/.well-known/jwks" },
        { "POST", "/connect/token" }, { "POST", "/connect/revoke" }, { "POST", "/connect/introspect" }, { "POST", "/connect/par" }, { "POST", "/connect/device" },
        { "GET", "/connect/userinfo" }, { "POST", "/connect/userinfo" },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Whichever_way_a_request_goes_the_answer_is_the_same(string method, string path)
    {
        var plain = await AskAsync(method, path, FormType);
        Assert.Equal(method == "GET" && path.StartsWith("/.well-known", StringComparison.Ordinal), (int)plain.Status == 200);

        ShouldBeAlike(plain, await AskAsync(method, path.ToUpperInvariant(), FormType));
        ShouldBeAlike(plain, await AskAsync(method, path + "/", FormType));
        ShouldBeAlike(plain, await AskAsync(method, path, FormType + "; charset=utf-8"));
        ShouldBeAlike(plain, await AskAsync(method, path, FormType, origin: "https://nobody.example"));
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Another_method_is_refused(string method, string path)
    {
        Assert.NotEmpty(method);
        Assert.Equal(405, (int)(await AskAsync("DELETE", path, FormType)).Status);
    }

    private static void ShouldBeAlike(Answer expected, Answer answer)
    {
        Assert.Equal((expected.Status, expected.Text), (answer.Status, answer.Text));
        Assert.Equal(Headers(expected), Headers(answer));

        static IEnumerable<KeyValuePair<string, string>> Headers(Answer answer) =>
            answer.Headers.Where(header => header.Key != "Date").OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase);
    }

    private async Task<Answer> AskAsync(string method, string path, string type, string? origin = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new StringContent("a=b");
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await Web.SendAsync(request);
    }
}
