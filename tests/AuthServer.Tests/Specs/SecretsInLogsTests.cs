using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>The raw token never appears in a log, at whatever level.</summary>
public sealed class SecretsInLogsTests(TalkativeServer server) : SpecFacts(server), IClassFixture<TalkativeServer>
{
    [Fact]
    public async Task Nothing_that_opens_a_door_is_ever_logged()
    {
        var secrets = new HashSet<string>(StringComparer.Ordinal) { Alice.Password, "a wrong password" };
        foreach (var clientId in new[] { "web", "shop", "spa", "opaque" })
        {
            await TellAsync(Server.Client(clientId), secrets);
        }

        await NewBrowser().SignInAsync(Alice with { Password = "a wrong password" });
        var machine = Server.Client("machine");
        secrets.Add((await machine.ClientCredentialsAsync()).AccessToken);
        secrets.Add(machine.Registration.Secret!);
        await machine.With("another secret", "client_secret_basic").ClientCredentialsAsync();
        secrets.Add("another secret");

        var key = new TestKey();
        var proving = (await NewClient.WithKeyAsync(Server, key)).Proving(key);
        secrets.Add((await proving.ClientCredentialsAsync()).ShouldBeOk().AccessToken);
        var assertion = key.Assertion(proving.ClientId, Clock.Now);
        var proof = key.Proof("POST", "/connect/token", Clock.Now, proving.Nonce);
        secrets.UnionWith([assertion, proof, proving.Nonce!]);
        for (var use = 0; use < 3; use++)
        {
            Server.Watch.BeforeCommit = use > 0 ? null : () => throw new InjectedFault();
            using var request = proving.With(null, "none").Post(
                "/connect/token",
                [
                    new("grant_type", "client_credentials"), new("client_assertion", assertion),
                    new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ]);
            request.Headers.Add("DPoP", proof);
            await proving.SendAsync(request);
        }

        Assert.True(Server.Log.Lines.Count > 1000, "Nothing was captured.");
        foreach (var line in Server.Log.Lines)
        {
            var found = secrets.FirstOrDefault(secret => line.Text.Contains(secret, StringComparison.Ordinal)
                || line.Text.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal));
            Assert.True(found is null, $"{line.Level} {line.Category}: {line.Text}");
        }
    }

    /// <summary>A whole story, with mistakes; everything in it that is secret is collected.</summary>
    private async Task TellAsync(RelyingParty client, HashSet<string> secrets)
    {
        var tokens = await client.SignInAsync(Alice);
        var refreshed = (await client.RefreshAsync(tokens.RefreshToken)).ShouldBeOk();
        await client.RedeemAsync(refreshed.RefreshToken, tokens.Request);
        await client.UserInfoAsync(refreshed.AccessToken);
        await client.IntrospectAsync(refreshed.AccessToken);
        await client.IntrospectAsync(refreshed.RefreshToken);
        await Shop.RevokeAsync(refreshed.RefreshToken);
        await client.RevokeAsync(refreshed.AccessToken);
        await client.RevokeAsync(refreshed.RefreshToken);
        var again = await client.SignInAsync(tokens.Browser, Alice);
        await client.RedeemAsync(again.Code, again.Request);
        var third = await client.SignInAsync(tokens.Browser, Alice);
        var rotated = (await client.RefreshAsync(third.RefreshToken)).ShouldBeOk();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await client.RefreshAsync(third.RefreshToken);
        Server.Watch.BeforeCommit = () => throw new InjectedFault();
        await client.RefreshAsync(rotated.RefreshToken);
        await client.RevokeAsync(rotated.RefreshToken);
        Server.Watch.BeforeCommit = null;
        secrets.Add(tokens.Browser.SessionCookie!);
        await tokens.Browser.SignOutAsync();

        foreach (var answer in new[] { tokens.Answer, refreshed, again.Answer, third.Answer, rotated })
        {
            secrets.UnionWith([answer.AccessToken, answer.RefreshToken, answer.IdToken]);
        }

        foreach (var told in new[] { tokens, again, third })
        {
            secrets.UnionWith([told.Code, told.Request.Verifier]);
        }

        if (client.Registration.Secret is { } secret)
        {
            secrets.UnionWith([secret, Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{client.ClientId}:{secret}"))]);
        }
    }
}
