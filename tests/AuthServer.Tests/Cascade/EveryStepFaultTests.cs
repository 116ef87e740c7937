using System.Data.Common;
using System.Text.Json;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.Tests.Cascade;

/// <summary>A fault before any statement of a withdrawal, and before its commit: nothing is acknowledged, no row has changed, and a retry completes.</summary>
public abstract class EveryStepFaultFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    /// <summary>What the provider throws when the disk fails.</summary>
    protected abstract DbException DiskFault { get; }

    [Theory]
    [MemberData(nameof(Targets.All), MemberType = typeof(Targets))]
    public async Task Fault_before_any_statement_leaves_everything_as_it_was(string name, string survivors, bool again)
    {
        var home = await Household.MoveInAsync(Storage);
        await Storage.TellEverybodyAsync();
        var (target, cause) = Targets.Of(home, Storage, name);
        var before = await RowsAsync();
        Watch.Statements.Clear();
        Watch.BeforeCommit = () => throw DiskFault;
        await Assert.ThrowsAsync<WritesUnavailableException>(() => Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation));
        Watch.BeforeCommit = null;
        var statements = Watch.Statements.Count;
        Assert.Equal(before, await RowsAsync());
        Assert.InRange(statements, 2, 25);

        for (var n = 1; n <= statements; n++)
        {
            var left = n;
            Watch.BeforeStatement = _ =>
            {
                if (--left == 0)
                {
                    throw DiskFault;
                }
            };
            await Assert.ThrowsAsync<WritesUnavailableException>(() => Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation));
            Watch.BeforeStatement = null;
            Assert.Equal(before, await RowsAsync());
        }

        Assert.True((await Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation)).Withdrawn);
        Assert.Equal(survivors, await home.AliveAsync());
        Assert.Equal(again, (await Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation)).Withdrawn);
    }

    [Fact]
    public async Task Fault_in_a_sweep_leaves_the_batch_undone_and_the_next_run_counts_right()
    {
        var home = await Household.MoveInAsync(Storage);
        await Storage.Cascade.RevokeAsync(new RevocationTarget.User(home.Alice.Id), RevocationCause.UserDisabled, Targets.Server, Cancellation);
        var before = await RowsAsync();
        for (var n = 1; ; n++)
        {
            var left = n;
            Watch.BeforeStatement = _ =>
            {
                if (--left == 0)
                {
                    throw DiskFault;
                }
            };
            var fault = await Record.ExceptionAsync(() => Storage.Cascade.SweepAsync(Cancellation));
            Watch.BeforeStatement = null;
            if (fault is null)
            {
                break;
            }

            Assert.Equal(before, await RowsAsync());
        }

        await Storage.SweepAllAsync();
        var completed = await Storage.ReadAsync(db => db.Revocations.AsNoTracking().SingleAsync(r => r.Completes != null, Cancellation));
        Assert.Equal((2, 5), (completed.Sessions, completed.Families));
    }

    private async Task<string> RowsAsync()
    {
        await using var db = Storage.NewContext();
        return JsonSerializer.Serialize(new
        {
            Users = await db.Users.OrderBy(u => u.Id).Select(u => new { u.Id, u.Epoch, u.Disabled, u.ConcurrencyStamp }).ToListAsync(Cancellation),
            Clients = await db.Clients.OrderBy(c => c.Id).Select(c => new { c.Id, c.Epoch, c.Disabled, c.Scope }).ToListAsync(Cancellation),
            Sessions = await db.LoginSessions.AsNoTracking().OrderBy(s => s.Id).ToListAsync(Cancellation),
            Grants = await db.Grants.AsNoTracking().OrderBy(g => g.Id).ToListAsync(Cancellation),
            Families = await db.TokenFamilies.AsNoTracking().OrderBy(f => f.Id).ToListAsync(Cancellation),
            Tokens = await db.RevokedAccessTokens.CountAsync(Cancellation),
            Ledger = await db.Revocations.CountAsync(Cancellation),
            Deliveries = await db.Deliveries.CountAsync(Cancellation),
            Sweeps = await db.Sweeps.AsNoTracking().ToListAsync(Cancellation),
        });
    }
}

public sealed class SqliteEveryStepFaults() : EveryStepFaultFacts(DatabaseProvider.Sqlite)
{
    protected override DbException DiskFault => new SqliteException("disk I/O error", SQLitePCL.raw.SQLITE_IOERR);
}

public sealed class PostgreSqlEveryStepFaults() : EveryStepFaultFacts(DatabaseProvider.PostgreSql)
{
    protected override DbException DiskFault => new PostgresException("could not extend file", "ERROR", "ERROR", PostgresErrorCodes.DiskFull);
}
