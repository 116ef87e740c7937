using System.Net;
using System.Xml.Linq;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Tests.Keys;

/// <summary>Every node signs with the same keys and refuses what a withdrawn one signed, from its next request on.</summary>
public sealed class KeysOnTwoNodesTests : IAsyncLifetime
{
    private static readonly RevocationActor Operator = new(RevocationActorKind.Operator, Id: null, Address: null, CorrelationId: null);

    private readonly PostgreSqlServer _a = new();
    private readonly SecondNode _b;

    public KeysOnTwoNodesTests() => _b = new(_a);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _a.InitializeAsync();
        await _b.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _b.DisposeAsync();
        await _a.DisposeAsync();
    }

    [Fact]
    public async Task What_a_key_signed_that_was_withdrawn_at_one_node_is_refused_at_the_other()
    {
        for (var round = 0; round < 20; round++)
        {
            var tokens = await _a.Client("web").SignInAsync(Person.Alice);
            var machine = (await _b.Client("machine").ClientCredentialsAsync()).ShouldBeOk();
            Assert.Equal("true", (await _b.Client("api").IntrospectAsync(tokens.AccessToken)).Member("active"));

            _a.Clock.Advance(TimeSpan.FromSeconds(1));
            await Rotation(_a).WithdrawAsync(Kid(tokens.AccessToken), Operator, Cancellation);

            (await _b.Client("web").UserInfoAsync(tokens.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
            Assert.Equal("""{"active":false}""", (await _b.Client("api").IntrospectAsync(machine.AccessToken)).ShouldBeOk().Text);
        }
    }

    [Fact]
    public async Task A_key_that_signs_at_one_node_is_known_and_used_at_the_other()
    {
        for (var round = 0; round < 20; round++)
        {
            _a.Clock.Advance(TimeSpan.FromSeconds(1));
            await Rotation(_a).RotateAsync("ES256", Cancellation);
            var tokens = await _a.Client("web").SignInAsync(Person.Alice);

            (await _b.Client("web").UserInfoAsync(tokens.AccessToken)).ShouldBeOk();
            Assert.Equal(Kid(tokens.AccessToken), Kid((await _b.Client("web").RefreshAsync(tokens.RefreshToken)).ShouldBeOk().AccessToken));
        }
    }

    [Fact]
    public async Task Two_nodes_at_the_same_moment_make_one_key()
    {
        for (var round = 1; round <= 5; round++)
        {
            _a.Clock.Advance(TimeSpan.FromDays(100));
            await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Rotation(caller % 2 == 0 ? _a : _b).RunAsync(Cancellation)));

            Assert.Equal(1 + round, await _a.ReadAsync(db => db.SigningKeys.CountAsync(key => key.Alg == "ES256")));
        }
    }

    [Fact]
    public async Task Of_two_nodes_that_make_a_ring_key_at_the_same_moment_one_keeps_its_own_back()
    {
        var (a, b) = (_a.Services.GetRequiredService<RingRepository>(), _b.Services.GetRequiredService<RingRepository>());
        a.GetAllElements();
        b.GetAllElements();

        a.StoreElement(new XElement("key", new XAttribute("id", "a")), "key-a");
        b.StoreElement(new XElement("key", new XAttribute("id", "b")), "key-b");

        Assert.Equal(["key-a"], await ElementsAsync());
        b.GetAllElements();
        b.StoreElement(new XElement("key", new XAttribute("id", "b")), "key-b");
        Assert.Equal(["key-a", "key-b"], await ElementsAsync());

        Task<List<string>> ElementsAsync() => _a.ReadAsync(db => db.DataProtectionKeys
            .Select(row => row.FriendlyName).Where(name => name == "key-a" || name == "key-b").OrderBy(name => name).ToListAsync(Cancellation));
    }

    private static SigningKeyRotation Rotation(AuthServerFactory node) => node.Services.GetRequiredService<SigningKeyRotation>();

    private static string Kid(string token) => new JsonWebToken(token).Kid;
}
