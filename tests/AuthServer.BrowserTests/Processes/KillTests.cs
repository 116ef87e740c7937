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
        await Patience.UntilAsync(() => receiver.Accepted.Any(call => Sid(call.LogoutToken) == Sid(others.IdToken)), Longest, () => server.Output);

        Assert.Equal([Sid(tokens.IdToken), Sid(others.IdToken)], receiver.Accepted.Select(call => Sid(call.LogoutToken)));
        Assert.All(receiver.Accepted, call => Assert.Equal(("application/x-www-form-urlencoded", "logout_token"), (call.ContentType, string.Join(' ', call.Fields))));
        await ShouldBeSignedAsync(server.Http, receiver.Accepted.First().LogoutToken);
        await first.ShouldBeDeadAsync(tokens);
        await second.ShouldBeDeadAsync(others);
    }

    [Fact]
    public async Task Everything_that_was_acknowledged_under_load_holds()
    {
        await using var server = await KillableServer.StartNewAsync();
        server.Receiver.Accepts = true;
        var log = new Acknowledged();
        List<Caller> callers = [.. Enumerable.Range(1, 6).Select(number => new Caller(server, KillableServer.Resident(number)))];
        try
        {
            // The first one ends nothing, so that something is alive whenever the process dies.
            var busy = callers.Select((caller, at) => Task.Run(() => UseAsync(caller, log, ends: at > 0), TestContext.Current.CancellationToken)).ToList();
            await Patience.UntilAsync(
                () => (log.Rotations >= 80 && log.Revocations >= 8 && log.SignOuts >= 3) || busy.Exists(use => use.IsCompleted), Longest, () => server.Output);
            Assert.All(busy, use => Assert.False(use.IsCompleted, $"{use.Exception}\n{server.Output}"));

            await server.KillAsync();
            var held = (await Task.WhenAll(busy)).SelectMany(one => one).ToList();
            await server.StartAgainAsync();

            // Within the leeway: an answer that was under way when the process died may have rotated the newest token that was acknowledged.
            foreach (var alive in held.Where(one => one.Fate == Fate.Alive))
            {
                var (status, json) = await callers[0].RefreshAsync(alive.RefreshToken);
                Assert.True(status == HttpStatusCode.OK, $"The newest refresh token is lost: {json.GetRawText()}");
            }

            foreach (var dead in held.Where(one => one.Fate == Fate.Dead))
            {
                await callers[0].ShouldBeDeadAsync(dead);
            }

            Assert.Contains(held, one => one.Fate == Fate.Alive);
            Assert.True(held.Count(one => one.Fate == Fate.Dead) >= log.Revocations);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{log.Rotations} rotations, {log.Revocations} revocations, {log.SignOuts} sign-outs; {held.Count} families, of which {held.Count(one => one.Fate == Fate.Unknown)} may be either.");
        }
        finally
        {
            callers.ForEach(caller => caller.Dispose());
        }
    }

    /// <summary>Refreshes, and revokes and signs out too where it <paramref name="ends"/>, until the server is gone; returns all it was given.</summary>
    private static async Task<List<Held>> UseAsync(Caller caller, Acknowledged log, bool ends)
    {
        var held = new List<Held>();
        try
        {
            for (var round = 1; ; round++)
            {
                var family = await caller.GetTokensAsync();
                held.Add(family);
                for (var use = 0; use < 3; use++)
                {
                    // Not the newest family alone, so that many are in use when the process dies.
                    foreach (var one in held.Where(one => one.Fate == Fate.Alive).TakeLast(2).ToList())
                    {
                        var (status, json) = await caller.RefreshAsync(one.RefreshToken);
                        Assert.True(status == HttpStatusCode.OK, json.GetRawText());
                        one.Keep(json);
                        Interlocked.Increment(ref log.Rotations);
                    }
                }

                if (ends && round % 3 == 0)
                {
                    await EndAsync([.. held.Where(one => one.Fate == Fate.Alive)], caller.SignOutAsync);
                    Interlocked.Increment(ref log.SignOuts);
                }
                else if (ends && round % 2 == 0)
                {
                    await EndAsync([family], () => caller.RevokeAsync(family.RefreshToken));
                    Interlocked.Increment(ref log.Revocations);
                }
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return held;
        }
    }

    private static async Task EndAsync(List<Held> families, Func<Task> end)
    {
        families.ForEach(family => family.Fate = Fate.Unknown);
        await end();
        families.ForEach(family => family.Fate = Fate.Dead);
    }

    /// <summary>With a key that the server publishes now.</summary>
    private static async Task ShouldBeSignedAsync(HttpClient http, string token)
    {
        var parts = token.Split('.');
        var kid = Json(parts[0]).GetProperty("kid").GetString();
        var keys = JsonElement.Parse(await http.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative), TestContext.Current.CancellationToken));
        var key = Assert.Single(keys.GetProperty("keys").EnumerateArray(), one => one.GetProperty("kid").GetString() == kid);
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        Assert.True(rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        static byte[] Bytes(JsonElement key, string member) => Base64Url.DecodeFromChars(key.GetProperty(member).GetString());
    }

    private static string Sid(string token) => Json(token.Split('.')[1]).GetProperty("sid").GetString()!;

    private static JsonElement Json(string part) => JsonElement.Parse(Base64Url.DecodeFromChars(part));

    /// <summary>How much of each was acknowledged.</summary>
    private sealed class Acknowledged
    {
        public int Rotations;
        public int Revocations;
        public int SignOuts;
    }
}
