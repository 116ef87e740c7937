using System.Net;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using AuthServer.Ledger;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Tests.Keys;

/// <summary>One signing key follows another; what a withdrawn one signed is refused.</summary>
public abstract class SigningKeyRotationFacts(AuthServerFactory server) : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly RevocationActor Operator = new(RevocationActorKind.Operator, Id: null, Address: null, CorrelationId: null);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected AuthServerFactory Server => server;

    private SigningKeyRotation Rotation => Of(server);

    public async ValueTask InitializeAsync() => await server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task The_next_key_is_published_two_weeks_before_it_signs_and_the_last_until_nothing_of_it_is_good(string alg)
    {
        var first = await SigningAsync(alg);

        server.Clock.Advance((76 * Day) - TimeSpan.FromSeconds(1));
        await Rotation.RunAsync(Cancellation);
        Assert.Equal([first], await PublishedAsync(alg));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Rotation.RunAsync(Cancellation);
        var second = Assert.Single((await PublishedAsync(alg)).Except([first]));
        Assert.Equal(first, await SigningAsync(alg));

        server.Clock.Advance(14 * Day);
        await Rotation.RunAsync(Cancellation);
        Assert.Equal(second, await SigningAsync(alg));
        Assert.Equal([first, second], await PublishedAsync(alg));

        // The longest token lives ten minutes; ten more are the margin.
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await Rotation.RunAsync(Cancellation);
        Assert.Equal([second], await PublishedAsync(alg));
        var retired = await server.ReadAsync(db => db.SigningKeys.SingleAsync(key => key.Kid == first));
        Assert.Null(retired.SealedKey);
    }

    [Fact]
    public async Task What_was_signed_before_a_rotation_is_good_until_it_expires()
    {
        var web = server.Client("web");
        var api = server.Client("api");
        var before = await web.SignInAsync(Person.Alice);

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Rotation.RotateAsync("ES256", Cancellation);
        var after = (await web.RefreshAsync(before.RefreshToken)).ShouldBeOk();

        Assert.NotEqual(Kid(before.AccessToken), Kid(after.AccessToken));
        foreach (var token in new[] { before.AccessToken, after.AccessToken })
        {
            Assert.Equal("true", (await api.IntrospectAsync(token)).Member("active"));
            (await web.UserInfoAsync(token)).ShouldBeOk();
        }
    }

    [Fact]
    public async Task Rotating_at_once_lets_the_published_key_sign_and_makes_no_third()
    {
        server.Clock.Advance(80 * Day);
        await Rotation.RunAsync(Cancellation);
        var published = await PublishedAsync("ES256");

        await Rotation.RotateAsync("ES256", Cancellation);

        Assert.Equal(published, await PublishedAsync("ES256"));
        Assert.Equal(published[1], await SigningAsync("ES256"));
    }

    [Fact]
    public async Task Whatever_a_withdrawn_key_signed_is_refused_and_everything_else_goes_on()
    {
        var (web, opaque, api) = (server.Client("web"), server.Client("opaque"), server.Client("api"));
        var signed = await web.SignInAsync(Person.Alice);
        var sealedOne = await opaque.SignInAsync(Person.Alice);
        var machine = (await server.Client("machine").ClientCredentialsAsync()).ShouldBeOk();
        var kid = Kid(signed.AccessToken);

        var receipt = await Rotation.WithdrawAsync(kid, Operator with { Reason = "the backup was stolen" }, Cancellation);

        Assert.Equal((RevocationCause.SigningKeyWithdrawn, RevocationTargetKind.SigningKey), (receipt.Entry!.Cause, receipt.Entry.TargetKind));
        foreach (var token in new[] { signed.AccessToken, machine.AccessToken })
        {
            Assert.Equal("""{"active":false}""", (await api.IntrospectAsync(token)).ShouldBeOk().Text);
        }

        (await web.UserInfoAsync(signed.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        Assert.DoesNotContain(kid, await PublishedAsync("ES256"));
        await opaque.ShouldBeAliveAsync(sealedOne);

        var asker = new Browser(server);
        await asker.SignInAsync(Person.Alice);
        var why = await asker.CallAsync(HttpMethod.Post, "/api/explain", new { token = signed.AccessToken });
        Assert.Equal(("signing_key_withdrawn", "signing_key_withdrawn"), (why.Member("reason"), why.Json.GetProperty("revocation").GetProperty("cause").GetString()));

        var renewed = (await web.RefreshAsync(signed.RefreshToken)).ShouldBeOk();
        Assert.NotEqual(kid, Kid(renewed.AccessToken));
        await web.ShouldBeAliveAsync(renewed);
        Assert.False((await Rotation.WithdrawAsync(kid, Operator, Cancellation)).Withdrawn);
    }

    [Fact]
    public async Task The_ledger_verifies_whatever_became_of_the_keys_that_sealed_it()
    {
        var kid = await SigningAsync("ES256");
        await server.WithdrawAsync(new RevocationTarget.ClientTokens((await ClientAsync("web")).Id), RevocationCause.ClientTokensRemoved);
        await SealAsync(seals: 1);
        await Rotation.WithdrawAsync(kid, Operator, Cancellation);
        server.Clock.Advance(200 * Day);
        await Rotation.RunAsync(Cancellation);
        await SealAsync(seals: 2);

        var report = await server.Services.GetRequiredService<LedgerVerification>().VerifyAsync(Cancellation);

        Assert.True(report.IsWhole, report.ToString());
        Assert.True(report.Seals >= 2, report.ToString());
    }

    [Fact]
    public async Task An_algorithm_is_never_without_a_key_after_years_of_standing_still()
    {
        server.Clock.Advance(1000 * Day);
        await Rotation.RunAsync(Cancellation);
        Assert.Equal(2, (await PublishedAsync("ES256")).Count);

        server.Clock.Advance(14 * Day);
        await Rotation.RunAsync(Cancellation);
        (await server.Client("machine").ClientCredentialsAsync()).ShouldBeOk();
    }

    protected static string Kid(string token) => new JsonWebToken(token).Kid;

    private static SigningKeyRotation Of(AuthServerFactory server) => server.Services.GetRequiredService<SigningKeyRotation>();

    protected static async Task<IReadOnlyList<string>> PublishedAsync(AuthServerFactory node, string alg)
    {
        var set = new JsonWebKeySet(await node.Http.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative), Cancellation));
        return [.. set.Keys.Where(key => key.Alg == alg).Select(key => key.Kid)];
    }

    protected Task<IReadOnlyList<string>> PublishedAsync(string alg) => PublishedAsync(server, alg);

    /// <summary>The key that signs a token made now.</summary>
    private async Task<string> SigningAsync(string alg)
    {
        var tokens = await server.Client("web").SignInAsync(Person.Alice);
        return Kid(alg == "ES256" ? tokens.AccessToken : tokens.IdToken);
    }

    private Task<Client> ClientAsync(string clientId) => server.ReadAsync(db => db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == clientId));

    /// <summary>Until there are so many: the server's own sealer may be at it, too.</summary>
    private async Task SealAsync(int seals)
    {
        while (await server.ReadAsync(db => db.LedgerSeals.CountAsync()) < seals)
        {
            await server.Services.GetRequiredService<LedgerSealer>().RunAsync(Cancellation);
        }
    }
}

public sealed class SqliteSigningKeyRotationTests() : SigningKeyRotationFacts(new SqliteServer());

public sealed class PostgreSqlSigningKeyRotationTests() : SigningKeyRotationFacts(new PostgreSqlServer());
