using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A process that is killed takes nothing with it that it acknowledged.</summary>
public sealed class KillTests
{
    private const string NotTaken = "was not taken at attempt 1.";

    // A killed process's lease comes back after 30 seconds, should it have had one.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    // Until each end was come to once, also where the machine is busy.
    private static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Logout_that_was_acknowledged_is_told_by_the_next_process_once(bool refusedFirst)
    {
        await using var server = await KillableServer.StartNewAsync();
        var receiver = server.Receiver;
        using var first = new Caller(server, KillableServer.Resident(1));
        using var second = new Caller(server, KillableServer.Resident(2));
        var (tokens, others) = (await first.GetTokensAsync(), await second.GetTokensAsync());

        await first.SignOutAsync();
        if (refusedFirst)
        {
            await Patience.UntilAsync(() => server.Output.Contains(NotTaken, StringComparison.Ordinal), Longest, () => server.Output);
        }

        await server.KillAsync();
        Assert.Empty(receiver.Accepted);
        receiver.Accepts = true;
        await server.StartAgainAsync();
        await first.ShouldBeDeadAsync(tokens);
        await Patience.UntilAsync(() => receiver.Accepted.Count > 0, Longest, () => server.Output);

        // Notices to one receiver go one after the other: when this one has come, a second copy of the first would have come before it.
        await second.SignOutAsync();
        await Patience.UntilAsync(() => receiver.Accepted.Any(call => TokenText.Sid(call.LogoutToken) == TokenText.Sid(others.IdToken)), Longest, () => server.Output);

        Assert.Equal([TokenText.Sid(tokens.IdToken), TokenText.Sid(others.IdToken)], receiver.Accepted.Select(call => TokenText.Sid(call.LogoutToken)));
        Assert.All(receiver.Accepted, call => Assert.Equal(("application/x-www-form-urlencoded", "logout_token"), (call.ContentType, string.Join(' ', call.Fields))));
        await ShouldBeSignedAsync(server.Http, receiver.Accepted.First().LogoutToken);
        await first.ShouldBeDeadAsync(tokens);
        await second.ShouldBeDeadAsync(others);
    }

    [Fact]
    public async Task Everything_that_was_acknowledged_under_load_holds_ten_times_in_a_row()
    {
        await using var server = await KillableServer.StartNewAsync();
        server.Receiver.Accepts = true;
        List<Caller> callers = [.. Enumerable.Range(1, 6).Select(number => new Caller(server, KillableServer.Resident(number)))];
        var (all, held) = (new Acknowledged(), new List<Held>());
        for (var death = 1; death <= 10; death++)
        {
            var load = Load.Begin(all, callers);
            var (rotations, revocations, signOuts) = (all.Rotations, all.Revocations, all.SignOuts);
            await load.UntilAsync(
                done => done.Rotations >= rotations + 30 && done.Revocations > revocations && done.SignOuts > signOuts, LongestLoad, () => server.Output);

            await server.KillAsync();
            var given = await load.EndAsync();
            await server.StartAgainAsync();

            Assert.Contains(given, one => one.Fate == Fate.Alive);
            Assert.Contains(given, one => one.Fate == Fate.Dead);
            await Load.ShouldHoldAsync(given, callers[0]);
            held.AddRange(given);
        }

        // What one process acknowledged, the ninth after it still knows.
        await Load.ShouldHoldAsync(held, callers[0]);
        Assert.Equal(0, all.Away);
        Assert.True(held.Count(one => one.Fate == Fate.Dead) >= all.Revocations + all.SignOuts);
        TestContext.Current.TestOutputHelper?.WriteLine($"{all}; {held.Count} families, of which {held.Count(one => one.Fate == Fate.Unknown)} may be either.");
        callers.ForEach(caller => caller.Dispose());
    }

    /// <summary>With a key that the server publishes now.</summary>
    private static async Task ShouldBeSignedAsync(HttpClient http, string token)
    {
        var parts = token.Split('.');
        var kid = TokenText.Json(parts[0]).GetProperty("kid").GetString();
        var keys = JsonElement.Parse(await http.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative), TestContext.Current.CancellationToken));
        var key = Assert.Single(keys.GetProperty("keys").EnumerateArray(), one => one.GetProperty("kid").GetString() == kid);
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        Assert.True(rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        static byte[] Bytes(JsonElement key, string member) => Base64Url.DecodeFromChars(key.GetProperty(member).GetString());
    }
}
