using System.Net;

namespace AuthServer.BrowserTests.Processes;

/// <summary>People who sign in, refresh, revoke and sign out all the time, and know afterwards what was acknowledged to them.</summary>
internal sealed class Load(Acknowledged log)
{
    private readonly List<Task<List<Held>>> busy = [];
    private volatile bool enough;

    /// <summary>Whether somebody met an answer that is never right, or their server is gone.</summary>
    public bool Broken => busy.Exists(use => use.IsFaulted);

    /// <summary>The first of them ends nothing, so that something is alive whenever the server goes away; each other begins with another end.</summary>
    public static Load Begin(Acknowledged log, IEnumerable<Caller> callers)
    {
        var load = new Load(log);
        load.busy.AddRange(callers.Select((caller, at) => Task.Run(() => load.UseAsync(caller, at + 1), TestContext.Current.CancellationToken)));
        return load;
    }

    /// <summary>Waits until so much was done.</summary>
    public Task UntilAsync(Func<Acknowledged, bool> done, TimeSpan longest, Func<string> otherwise) =>
        Patience.UntilAsync(() => done(log) || Broken, longest, () => $"{log}\n{otherwise()}");

    /// <summary>All that was given out under this load, once everybody has come to an end: now, where the server is still there.</summary>
    public async Task<List<Held>> EndAsync()
    {
        enough = true;
        return [.. (await Task.WhenAll(busy)).SelectMany(one => one)];
    }

    /// <summary>The newest token that was acknowledged is good, what was acknowledged as ended is dead.</summary>
    public static async Task ShouldHoldAsync(IReadOnlyCollection<Held> held, Caller caller)
    {
        // Within the leeway: an answer that was under way may have rotated the newest token that was acknowledged.
        foreach (var alive in held.Where(one => one.Fate == Fate.Alive))
        {
            var (status, json) = await caller.RefreshAsync(alive.RefreshToken);
            Assert.True(status == HttpStatusCode.OK, $"The newest refresh token is lost: {json.GetRawText()}");
            alive.Keep(json);
        }

        foreach (var dead in held.Where(one => one.Fate == Fate.Dead))
        {
            await caller.ShouldBeDeadAsync(dead);
        }
    }

    private async Task<List<Held>> UseAsync(Caller caller, int first)
    {
        // What an earlier load left hangs from the same browser: signing out ends it, too.
        var held = caller.Held;
        var before = held.Count;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            for (var round = first; !enough; round++)
            {
                try
                {
                    await UseAsync(caller, held, first == 1 ? 1 : round);
                }
                catch (AwayException)
                {
                    Interlocked.Increment(ref log.Away);
                    await pause.WaitForNextTickAsync();
                }
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            // The server is gone.
        }

        return held[before..];
    }

    private async Task UseAsync(Caller caller, List<Held> held, int round)
    {
        var family = await caller.GetTokensAsync();
        held.Add(family);
        for (var use = 0; use < 3; use++)
        {
            // Not the newest family alone, so that many are in use when the server goes away.
            foreach (var one in held.Where(one => one.Fate == Fate.Alive).TakeLast(2).ToList())
            {
                var (status, json) = await caller.RefreshAsync(one.RefreshToken);
                Assert.True(status == HttpStatusCode.OK, $"{status} {json.GetRawText()}");
                one.Keep(json);
                Interlocked.Increment(ref log.Rotations);
            }
        }

        if (round % 3 == 0)
        {
            await EndAsync([.. held.Where(one => one.Fate == Fate.Alive)], caller.SignOutAsync);
            Interlocked.Increment(ref log.SignOuts);
        }
        else if (round % 2 == 0)
        {
            await EndAsync([family], () => caller.RevokeAsync(family.RefreshToken));
            Interlocked.Increment(ref log.Revocations);
        }
    }

    private static async Task EndAsync(List<Held> families, Func<Task> end)
    {
        families.ForEach(family => family.Fate = Fate.Unknown);
        await end();
        families.ForEach(family => family.Fate = Fate.Dead);
    }
}
