using System.Net;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 7009: a client gives its tokens back, and they are dead at once.</summary>
public abstract class RevocationTests(AuthServerFactory server) : SpecFacts(server)
{
    private const string Path = "/connect/revoke";

    [Fact]
    public async Task A_refresh_token_takes_its_family_with_it_and_nothing_beside_it()
    {
        var tokens = await Web.SignInAsync(Alice);
        var refreshed = (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        var sibling = await Web.SignInAsync(tokens.Browser, Alice);
        var otherClient = await Shop.SignInAsync(tokens.Browser, Alice);
        var otherDevice = await Web.SignInAsync(Alice);
        var somebodyElse = await Web.SignInAsync(Bob);

        var answer = (await Web.RevokeAsync(refreshed.RefreshToken)).ShouldBeOk();

        Assert.Equal("", answer.Text);
        await Web.ShouldBeDeadAsync(tokens);
        await Web.ShouldBeDeadAsync(refreshed);
        await Web.ShouldBeAliveAsync(sibling);
        await Web.ShouldBeAliveAsync(otherDevice);
        await Web.ShouldBeAliveAsync(somebodyElse);
        await Shop.ShouldBeAliveAsync(otherClient);
        Assert.True(await tokens.Browser.IsSignedInAsync());
        Assert.False((await tokens.Browser.VisitAsync(Web.Request().Url)).Consented);
    }

    [Fact]
    public async Task A_refresh_token_of_any_generation_will_do()
    {
        var first = (await Web.SignInAsync(Alice)).Answer;
        var second = (await Web.RefreshAsync(first.RefreshToken)).ShouldBeOk();
        var third = (await Web.RefreshAsync(second.RefreshToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromMinutes(5));

        (await Web.RevokeAsync(first.RefreshToken)).ShouldBeOk();

        await Web.ShouldBeDeadAsync(third);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("opaque")]
    public async Task An_access_token_dies_alone(string clientId)
    {
        var client = Server.Client(clientId);
        var tokens = await client.SignInAsync(Alice);
        var refreshed = (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();

        (await client.RevokeAsync(tokens.AccessToken)).ShouldBeOk();

        Assert.Equal("""{"active":false}""", (await client.IntrospectAsync(tokens.AccessToken)).Text);
        (await client.UserInfoAsync(tokens.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_token");
        await client.ShouldBeAliveAsync(refreshed);
    }

    [Fact]
    public async Task An_access_token_takes_the_family_where_the_client_is_registered_so()
    {
        var strict = Server.Client("strict");
        var tokens = await strict.SignInAsync(Alice);

        (await strict.RevokeAsync(tokens.AccessToken)).ShouldBeOk();

        await strict.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task A_clients_own_token_is_revoked()
    {
        var machine = Server.Client("machine");
        var (token, other) = ((await machine.ClientCredentialsAsync()).AccessToken, (await machine.ClientCredentialsAsync()).AccessToken);

        (await machine.RevokeAsync(token)).ShouldBeOk();

        Assert.Equal("""{"active":false}""", (await Api.IntrospectAsync(token)).Text);
        Assert.Equal("true", (await Api.IntrospectAsync(other)).Member("active"));
    }

    [Theory]
    [InlineData("refresh_token")]
    [InlineData("access_token")]
    [InlineData("id_token")]
    [InlineData("rubbish")]
    [InlineData(null)]
    public async Task The_hint_is_only_a_hint(string? hint)
    {
        var tokens = await Web.SignInAsync(Alice);

        (await Web.RevokeAsync(tokens.AccessToken, hint)).ShouldBeOk();
        Assert.Equal("""{"active":false}""", (await Web.IntrospectAsync(tokens.AccessToken)).Text);

        (await Web.RevokeAsync(tokens.RefreshToken, hint)).ShouldBeOk();
        await Web.ShouldBeDeadAsync(tokens);
    }

    [Fact]
    public async Task Unknown_garbage_expired_and_revoked_tokens_are_200_and_empty()
    {
        var tokens = await Web.SignInAsync(Alice);
        await Web.RevokeAsync(tokens.RefreshToken);
        var expired = await Web.SignInAsync(Alice);
        Clock.Advance(TimeSpan.FromMinutes(11));

        foreach (var token in new[] { "rubbish", "a.b.c", new string('x', 20_000), tokens.RefreshToken, tokens.AccessToken, expired.AccessToken, tokens.IdToken, tokens.Code })
        {
            var answer = await Web.RevokeAsync(token);
            Assert.Equal((HttpStatusCode.OK, ""), (answer.Status, answer.Text));
        }
    }

    [Fact]
    public async Task Another_clients_token_is_not_revoked_and_the_answer_does_not_tell()
    {
        var tokens = await Web.SignInAsync(Alice);

        Answer[] answers = [await Shop.RevokeAsync(tokens.RefreshToken), await Shop.RevokeAsync(tokens.AccessToken), await Shop.RevokeAsync("rubbish")];

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, ""), (answer.Status, answer.Text)));
        Assert.Single(answers.Select(answer => string.Join('|', answer.Headers.Keys.Order(StringComparer.Ordinal))).Distinct(StringComparer.Ordinal));
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task A_public_client_revokes_with_client_id_alone()
    {
        var tokens = await Spa.SignInAsync(Alice);

        (await Spa.RevokeAsync(tokens.RefreshToken)).ShouldBeOk();

        await Spa.ShouldBeDeadAsync(tokens);
    }

    [Theory]
    [InlineData("wrong", "client_secret_basic")]
    [InlineData("web-secret-+/=%: 0123456789", "client_secret_post")]
    [InlineData(null, "none")]
    public async Task Authentication_that_fails_is_401_and_the_token_lives(string? secret, string method)
    {
        var tokens = await Web.SignInAsync(Alice);

        var answer = (await Web.With(secret, method).RevokeAsync(tokens.RefreshToken)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");

        Assert.StartsWith("Basic ", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task A_missing_token_or_a_parameter_given_twice_is_an_invalid_request()
    {
        var tokens = await Web.SignInAsync(Alice);

        (await Web.PostAsync(Path, [])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Web.PostAsync(Path, [("token", "")])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Web.PostAsync(Path, [("token", tokens.RefreshToken), ("token", tokens.RefreshToken)])).ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        (await Web.PostAsync(Path, [("token", tokens.RefreshToken), ("token_type_hint", "a"), ("token_type_hint", "b")]))
            .ShouldBe(HttpStatusCode.BadRequest, "invalid_request");
        await Web.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task Get_is_refused()
    {
        var tokens = await Spa.SignInAsync(Alice);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}?client_id=spa&token={tokens.RefreshToken}");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Spa.SendAsync(request)).Status);
        await Spa.ShouldBeAliveAsync(tokens);
    }

    [Fact]
    public async Task The_ledger_has_one_line_however_often_it_is_asked()
    {
        var tokens = await Web.SignInAsync(Alice);
        var before = await Server.ReadAsync(db => db.Revocations.CountAsync(r => r.Completes == null));
        Clock.Advance(TimeSpan.FromSeconds(1));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Web.RevokeAsync(tokens.RefreshToken)));

        Assert.All(answers, answer => answer.ShouldBeOk());
        var line = await Server.ReadAsync(db => db.Revocations.Where(r => r.Completes == null).OrderByDescending(r => r.At).FirstAsync());
        Assert.Equal((RevocationCause.ClientRequest, RevocationActorKind.Client, 1), (line.Cause, line.ActorKind, line.Families));
        Assert.Equal(before + 1, await Server.ReadAsync(db => db.Revocations.CountAsync(r => r.Completes == null)));
    }

    [Fact]
    public async Task Twenty_revocations_of_one_access_token_at_once_are_all_200()
    {
        var tokens = await Web.SignInAsync(Alice);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Web.RevokeAsync(tokens.AccessToken)));

        Assert.All(answers, answer => answer.ShouldBeOk());
        Assert.Equal("""{"active":false}""", (await Web.IntrospectAsync(tokens.AccessToken)).Text);
    }
}

public sealed class SqliteRevocationTests(SqliteServer server) : RevocationTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlRevocationTests(PostgreSqlServer server) : RevocationTests(server), IClassFixture<PostgreSqlServer>;
