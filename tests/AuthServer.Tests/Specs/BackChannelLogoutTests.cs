using System.Text.Json;
using AuthServer.BackChannelLogout;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Tests.Specs;

/// <summary>OpenID Connect Back-Channel Logout 1.0: what relying parties are told. How often and how long is with the dispatcher's tests.</summary>
public sealed class BackChannelLogoutTests(SqliteServer server) : SpecFacts(server), IClassFixture<SqliteServer>
{
    private DeliveryDispatcher Dispatcher => Server.Services.GetRequiredService<DeliveryDispatcher>();

    [Fact]
    public async Task Oidcc_backchannel_logout_discovery_endpoint_verification()
    {
        var metadata = await DiscoverAsync();

        Assert.True(metadata.GetProperty("backchannel_logout_supported").GetBoolean());
        Assert.True(metadata.GetProperty("backchannel_logout_session_supported").GetBoolean());
        Assert.StartsWith("https://", metadata.GetProperty("end_session_endpoint").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Oidcc_backchannel_rp_initiated_logout(string alg)
    {
        var told = await ToldClient.RegisterAsync(Server, client => client with { IdTokenSignedResponseAlg = alg, BackchannelLogoutSessionRequired = true });
        var tokens = await told.Party.SignInAsync(await Server.NewPersonAsync());
        var uri = told.Party.Registration.PostLogoutRedirectUri!;

        var left = await tokens.Browser.GetAsync(
            $"/connect/endsession?id_token_hint={tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(uri)}&state=the-state");
        Assert.Equal($"{uri}?state=the-state", left.Location);
        Assert.Empty(told.Tokens); // Telling comes after the answer, never before.

        await Dispatcher.RunOnceAsync(Cancellation);

        var token = new JsonWebToken(Assert.Single(told.Tokens));
        var idToken = new JsonWebToken(tokens.IdToken);
        var validated = await new JsonWebTokenHandler().ValidateTokenAsync(token.EncodedToken, new TokenValidationParameters
        {
            ValidTypes = ["logout+jwt"],
            ValidAlgorithms = [alg],
            ValidIssuer = AuthServerFactory.Issuer,
            ValidAudience = told.ClientId,
            IssuerSigningKeys = await KeysAsync(),
            ValidateLifetime = false,
        });
        Assert.True(validated.IsValid, validated.Exception?.Message);
        var notice = Assert.Single(told.Notices);
        Assert.Equal(
            ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], notice.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.Equal("{\"http://schemas.openid.net/event/backchannel-logout\":{}}", notice.GetProperty("events").GetRawText());
        Assert.Equal((idToken.Subject, idToken.GetClaim("sid").Value), (notice.GetProperty("sub").GetString(), notice.GetProperty("sid").GetString()));
        Assert.Equal(EpochTime.GetIntDate(Clock.Now), notice.GetProperty("iat").GetInt64());
        Assert.InRange(notice.GetProperty("exp").GetInt64() - notice.GetProperty("iat").GetInt64(), 1, 120);
        Assert.True(notice.GetProperty("jti").GetString()!.Length >= 22);
        Assert.Equal(DeliveryState.Acknowledged, (await told.DeliveryAsync()).State);

        var silent = await tokens.Browser.VisitAsync(told.Party.Request().With("prompt", "none").Url);
        Assert.Equal("login_required", silent.Error);
    }

    [Fact]
    public async Task Everybody_with_a_family_in_the_session_is_told_once_and_nobody_else()
    {
        var (one, two, other) = (await ToldClient.RegisterAsync(Server), await ToldClient.RegisterAsync(Server), await ToldClient.RegisterAsync(Server));
        var person = await Server.NewPersonAsync();
        var browser = NewBrowser();
        await one.Party.SignInAsync(browser, person);
        await one.Party.SignInAsync(browser, person);
        await two.Party.SignInAsync(browser, person);
        await other.Party.SignInAsync(person);

        await browser.SignOutAsync();
        await Dispatcher.RunOnceAsync(Cancellation);
        await Dispatcher.RunOnceAsync(Cancellation);

        Assert.Equal((1, 1, 0), (one.Tokens.Count, two.Tokens.Count, other.Tokens.Count));
    }

    [Fact]
    public async Task A_logout_token_is_no_hint_and_no_access_token()
    {
        var told = await ToldClient.RegisterAsync(Server);
        var person = await Server.NewPersonAsync();
        var tokens = await told.Party.SignInAsync(person);
        await tokens.Browser.SignOutAsync();
        await Dispatcher.RunOnceAsync(Cancellation);
        var token = Assert.Single(told.Tokens);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await told.Party.UserInfoAsync(token)).Status);
        await tokens.Browser.SignInAsync(person);
        await tokens.Browser.GetAsync($"/connect/endsession?id_token_hint={token}");
        Assert.True(await tokens.Browser.IsSignedInAsync());
    }

    [Fact]
    public async Task No_token_and_no_address_is_logged()
    {
        var told = await ToldClient.RegisterAsync(Server);
        await (await told.Party.SignInAsync(await Server.NewPersonAsync())).Browser.SignOutAsync();
        told.Receiver.Answer = Receiver.Always(System.Net.HttpStatusCode.BadRequest, """{"error":"invalid_request","error_description":"alice@example.com"}""");

        await Dispatcher.RunOnceAsync(Cancellation);

        Assert.Equal("The client answered 400 invalid_request.", (await told.DeliveryAsync()).LastError);
        var token = Assert.Single(told.Tokens);
        Assert.DoesNotContain(Server.Log.Lines, line => line.Text.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Server.Log.Lines.Where(line => line.Category.StartsWith("AuthServer.", StringComparison.Ordinal)),
            line => line.Text.Contains("alice@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stolen_refresh_token_is_told_by_mail()
    {
        var person = await Server.NewPersonAsync();
        var tokens = await Web.SignInAsync(person);
        var newer = await Web.RefreshAsync(tokens.RefreshToken);
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await Web.RefreshAsync(tokens.RefreshToken)).ShouldBeInvalidGrant();
        await Web.ShouldBeDeadAsync(newer);

        await Dispatcher.RunOnceAsync(Cancellation);

        var mail = await Server.ReadAsync(db => Task.FromResult(db.Deliveries.Single(d => d.Kind == DeliveryKind.Mail)));
        Assert.Equal(DeliveryState.Acknowledged, mail.State);
        Assert.Single(await Server.MailOfAsync(person.Email));
        var cause = await Server.ReadAsync(db => Task.FromResult(db.Revocations.Single(r => r.Id == mail.RevocationId).Cause));
        Assert.Equal(RevocationCause.RefreshTokenReplay, cause);
    }

    private async Task<JsonElement> DiscoverAsync() =>
        JsonDocument.Parse(await Server.Http.GetStringAsync("/.well-known/openid-configuration", Cancellation)).RootElement;

    private async Task<IList<SecurityKey>> KeysAsync() =>
        new JsonWebKeySet(await Server.Http.GetStringAsync("/.well-known/jwks", Cancellation)).GetSigningKeys();
}
