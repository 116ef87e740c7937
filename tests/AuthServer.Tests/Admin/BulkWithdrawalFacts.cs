using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Admin;

/// <summary>A bulk withdrawal goes through every target exactly once, whatever dies and however many go at it.</summary>
public abstract class BulkWithdrawalFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private BulkWithdrawals NewNode() => new(Storage.Contexts, Writes, Storage.Cascade, Clock);

    [Fact]
    public async Task What_died_on_the_way_is_gone_on_with_and_nothing_is_done_twice()
    {
        var (id, sessions) = await BeginAsync(12);
        var counted = 0;
        Watch.BeforeStatement = statement =>
        {
            // The last statement of a step: its target has fallen by then, and nothing of it is committed.
            if (statement.Contains("SET \"Withdrawn\"", StringComparison.Ordinal) && ++counted == 6)
            {
                throw new InjectedFault();
            }
        };
        await Assert.ThrowsAnyAsync<Exception>(() => NewNode().RunAsync(Cancellation));
        Watch.BeforeStatement = null;
        var half = await ReadAsync(id);
        Assert.Equal((5, 5), (half.Done, half.Withdrawn));
        Assert.Null(half.FinishedAt);
        Assert.Equal(7, await Storage.ReadAsync(db => db.AliveSessions(Clock.Now).CountAsync(Cancellation)));

        await NewNode().RunAsync(Cancellation);
        await ShouldBeDoneOnceAsync(id, sessions);
    }

    [Fact]
    public async Task Many_nodes_at_once_do_each_target_once()
    {
        var (id, sessions) = await BeginAsync(25);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => NewNode().RunAsync(Cancellation)));
        await ShouldBeDoneOnceAsync(id, sessions);
    }

    [Fact]
    public async Task What_had_fallen_before_is_gone_through_and_not_counted()
    {
        var (id, sessions) = await BeginAsync(3);
        await Storage.Cascade.RevokeAsync(
            new RevocationTarget.Session(sessions[1]), RevocationCause.SignOut, new RevocationActor(RevocationActorKind.Server, null, null, null), Cancellation);
        await NewNode().RunAsync(Cancellation);
        var bulk = await ReadAsync(id);
        Assert.Equal((3, 2), (bulk.Done, bulk.Withdrawn));
        Assert.NotNull(bulk.FinishedAt);
    }

    private async Task<(Guid Id, List<Guid> Sessions)> BeginAsync(int count)
    {
        var user = await Seed.UserAsync("alice");
        var sessions = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            sessions.Add((await Seed.SessionAsync(user)).Id);
        }

        var actor = new RevocationActor(RevocationActorKind.Operator, user.Id, "192.0.2.1", null) { Reason = "a test" };
        return (await NewNode().BeginAsync([.. sessions.Select(sid => new RevocationTarget.Session(sid))], actor, Cancellation), sessions);
    }

    private async Task ShouldBeDoneOnceAsync(Guid id, List<Guid> sessions)
    {
        var bulk = await ReadAsync(id);
        Assert.Equal((sessions.Count, sessions.Count), (bulk.Done, bulk.Withdrawn));
        Assert.NotNull(bulk.FinishedAt);
        var lines = await Storage.ReadAsync(db => db.Revocations.Where(r => r.CorrelationId == $"{id}" && r.Completes == null).ToListAsync(Cancellation));
        Assert.Equal(sessions.Order(), lines.Select(line => line.TargetId).Order());
        Assert.All(lines, line => Assert.Equal(("a test", bulk.OperatorId), (line.Reason, line.ActorId)));
        Assert.Equal(0, await Storage.ReadAsync(db => db.AliveSessions(Clock.Now).CountAsync(Cancellation)));
    }

    private Task<BulkWithdrawal> ReadAsync(Guid id) => Storage.ReadAsync(db => db.BulkWithdrawals.AsNoTracking().SingleAsync(b => b.Id == id, Cancellation));
}

public sealed class SqliteBulkWithdrawalFacts() : BulkWithdrawalFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlBulkWithdrawalFacts() : BulkWithdrawalFacts(DatabaseProvider.PostgreSql);
