using System.Net;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A node that dies, and a database that goes away and comes back: nothing acknowledged is lost, and meanwhile nothing wrong is said.</summary>
public sealed class NodeFaultTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_a_killed_node_acknowledged_holds_at_the_other()
    {
        await using var nodes = await Nodes.StartNewAsync();
        foreach (var (killed, other) in new[] { (nodes.A, nodes.B), (nodes.B, nodes.A) })
        {
            var log = new Acknowledged();
            List<Caller> callers = [.. Callers(killed, [1, 2, 3]), .. Callers(other, [4, 5, 6])];
            var load = Load.Begin(log, callers);
            await load.UntilAsync(done => done is { Rotations: >= 60, Revocations: >= 4, SignOuts: >= 2 }, Longest, () => nodes.A.Output + nodes.B.Output);

            await killed.KillAsync();
            var atKill = log.Rotations;
            await load.UntilAsync(done => done.Rotations > atKill + 10, Longest, () => other.Output);
            var held = await load.EndAsync();

            Assert.Equal(0, log.Away);
            using var asks = new Caller(other, KillableServer.Resident(7));
            await Load.ShouldHoldAsync(held, asks);
            await killed.StartAgainAsync();
            using var asksAgain = asks.At(killed);
            await Load.ShouldHoldAsync(held, asksAgain);
            Tell(log, held);
            callers.ForEach(caller => caller.Dispose());
        }
    }

    [Fact]
    public async Task While_PostgreSql_is_away_the_answer_is_503_and_afterwards_it_is_right()
    {
        await using var cluster = await Cluster.StartNewAsync();
        await using var nodes = await Nodes.StartNewAsync(cluster.Server);
        var log = new Acknowledged();
        List<Caller> callers = [.. Callers(nodes.A, [1, 2, 3]), .. Callers(nodes.B, [4, 5, 6])];
        using var asks = new Caller(nodes.A, KillableServer.Resident(7));
        using var asksB = asks.At(nodes.B);
        var spare = await asks.GetTokensAsync();
        var load = Load.Begin(log, callers);
        foreach (var away in new (Func<Task> Goes, Func<Task> Returns)[]
        {
            (() => cluster.StopAsync("fast"), cluster.StartAsync),
            (() => cluster.StopAsync("immediate"), cluster.StartAsync),
            (cluster.FreezeAsync, cluster.ThawAsync),
        })
        {
            var (rotations, revocations, refused) = (log.Rotations, log.Revocations, log.Away);
            await load.UntilAsync(done => done.Rotations >= rotations + 40 && done.Revocations >= revocations + 3, Longest, () => nodes.A.Output + nodes.B.Output);

            await away.Goes();
            await load.UntilAsync(done => done.Away >= refused + 12, Longest, () => nodes.A.Output + nodes.B.Output);
            foreach (var node in new[] { nodes.A, nodes.B })
            {
                Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (await node.HealthAsync("ready"), await node.HealthAsync("live")));
            }

            // Neither success nor "it is dead": nobody knows.
            await Task.WhenAll(
                Assert.ThrowsAsync<AwayException>(() => asks.RevokeAsync(spare.RefreshToken)),
                Assert.ThrowsAsync<AwayException>(() => asks.IsActiveAsync(spare.AccessToken)),
                Assert.ThrowsAsync<AwayException>(() => asksB.RefreshAsync(spare.RefreshToken)));

            await away.Returns();
            foreach (var node in new[] { nodes.A, nodes.B })
            {
                await Patience.UntilAsync(async () => await node.HealthAsync("ready") == HttpStatusCode.OK, Longest, () => node.Output);
            }
        }

        Assert.True(await asksB.IsActiveAsync(spare.AccessToken));
        var back = log.Rotations;
        await load.UntilAsync(done => done.Rotations >= back + 40, Longest, () => nodes.A.Output + nodes.B.Output);
        var held = await load.EndAsync();
        await Load.ShouldHoldAsync(held, callers[0]);
        await Load.ShouldHoldAsync(held, callers[^1]);
        Tell(log, held);
        callers.ForEach(caller => caller.Dispose());
    }

    private static IEnumerable<Caller> Callers(Node node, IEnumerable<int> residents) => residents.Select(number => new Caller(node, KillableServer.Resident(number)));

    private static void Tell(Acknowledged log, List<Held> held)
    {
        Assert.Contains(held, one => one.Fate == Fate.Alive);
        Assert.True(held.Count(one => one.Fate == Fate.Dead) >= log.Revocations);
        TestContext.Current.TestOutputHelper?.WriteLine($"{log}; {held.Count} families, of which {held.Count(one => one.Fate == Fate.Unknown)} may be either.");
    }
}
