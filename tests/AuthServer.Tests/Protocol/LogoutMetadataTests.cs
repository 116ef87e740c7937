using AuthServer.Protocol;

namespace AuthServer.Tests.Protocol;

/// <summary>Back-Channel Logout 1.0 §2.2, Front-Channel Logout 1.0 §2: what a client may register to be told at.</summary>
public sealed class LogoutMetadataTests
{
    private const string Https = "must be https; http is good for loopback addresses only";

    [Theory]
    [InlineData("https://client.example/logout", false, null)]
    [InlineData("https://client.example:8443/logout?tenant=1", true, null)]
    [InlineData("http://localhost:5001/logout", false, null)]
    [InlineData("http://127.0.0.1/logout", false, null)]
    [InlineData("http://localhost:5001/logout", true, "must be https; http is good for confidential clients only")]
    [InlineData("http://client.example/logout", false, Https)]
    [InlineData("ftp://client.example/logout", false, Https)]
    [InlineData("com.example.app:/logout", false, Https)]
    [InlineData("https://client.example/logout#now", false, "must have no fragment")]
    [InlineData("https://me:secret@client.example/logout", false, "must name no user")]
    [InlineData("/logout", false, "must be an absolute URI")]
    [InlineData("", false, "must be an absolute URI")]
    public void Address_to_be_told_at(string uri, bool isPublic, string? problem)
    {
        var found = ClientMetadataValidator.Problems(Client(isPublic) with { BackchannelLogoutUri = uri }, new HashSet<string>(StringComparer.Ordinal)).ToList();

        Assert.Equal(problem is null ? [] : [new MetadataProblem("backchannel_logout_uri", problem)], found);
    }

    [Theory]
    [InlineData("https://client.example/frame", true)]
    [InlineData("https://client.example:443/frame", true)]
    [InlineData("https://client.example:444/frame", false)]
    [InlineData("https://other.example/frame", false)]
    [InlineData("http://localhost/frame", false)]
    public void A_frame_is_of_the_origin_of_a_redirect_uri(string uri, bool isRight)
    {
        var found = ClientMetadataValidator.Problems(Client(isPublic: false) with { FrontchannelLogoutUri = uri }, new HashSet<string>(StringComparer.Ordinal));

        Assert.Equal(isRight, !found.Any());
    }

    [Fact]
    public void Session_required_needs_an_address()
    {
        var client = Client(isPublic: false) with { BackchannelLogoutSessionRequired = true, FrontchannelLogoutSessionRequired = true };

        Assert.Equal(
            ["backchannel_logout_session_required", "frontchannel_logout_session_required"],
            ClientMetadataValidator.Problems(client, new HashSet<string>(StringComparer.Ordinal)).Select(problem => problem.Member));
    }

    [Fact]
    public void Registered_metadata_is_in_the_row()
    {
        var row = (Client(isPublic: false) with
        {
            BackchannelLogoutUri = "https://client.example/b",
            BackchannelLogoutSessionRequired = true,
            FrontchannelLogoutUri = "https://client.example/f",
            FrontchannelLogoutSessionRequired = true,
        }).NewClient(Guid.Empty, DateTime.UnixEpoch);

        Assert.Equal(("https://client.example/b", true), (row.BackchannelLogoutUri, row.BackchannelLogoutSessionRequired));
        Assert.Equal(("https://client.example/f", true), (row.FrontchannelLogoutUri, row.FrontchannelLogoutSessionRequired));
    }

    private static ClientMetadata Client(bool isPublic) => new()
    {
        ClientId = "client",
        TokenEndpointAuthMethod = isPublic ? "none" : "client_secret_basic",
        RedirectUris = ["https://client.example/cb"],
    };
}
