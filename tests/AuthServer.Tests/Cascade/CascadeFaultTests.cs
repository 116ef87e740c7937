using System.Data.Common;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.Tests.Cascade;

/// <summary>Withdraw and record are one transaction: where the database fails in between, nothing has happened, and the caller is told.</summary>
public abstract class CascadeFaultFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private const string Everything = "laptop-web laptop-mail laptop-native phone-web device-web bob-web";

    private static readonly RevocationActor Nobody = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    /// <summary>What the provider throws when the disk fails.</summary>
    protected abstract DbException DiskFault { get; }

    [Theory]
    [InlineData(RevocationTargetKind.AccessToken)]
    [InlineData(RevocationTargetKind.Family)]
    [InlineData(RevocationTargetKind.Session)]
    [InlineData(RevocationTargetKind.Grant)]
    [InlineData(RevocationTargetKind.User)]
    [InlineData(RevocationTargetKind.Client)]
    public async Task Nothing_falls_when_the_ledger_cannot_be_written(RevocationTargetKind kind)
    {
        var home = await Household.MoveInAsync(Storage);
        Watch.BeforeStatement = sql =>
        {
            if (sql.Contains("INSERT INTO \"Revocations\"", StringComparison.Ordinal))
            {
                throw DiskFault;
            }
        };

        await Assert.ThrowsAsync<WritesUnavailableException>(() => RevokeAsync(home.Target(kind)));

        Watch.BeforeStatement = null;
        Assert.Equal(Everything, await home.AliveAsync());
        Assert.Equal(0, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));
        Assert.Equal(0, await Storage.ReadAsync(db => db.RevokedAccessTokens.CountAsync(Cancellation)));
        Assert.True((await RevokeAsync(home.Target(kind))).Withdrawn);
    }

    [Fact]
    public async Task Nothing_falls_when_the_commit_fails()
    {
        var home = await Household.MoveInAsync(Storage);
        Watch.BeforeCommit = () => throw DiskFault;
        await Assert.ThrowsAsync<WritesUnavailableException>(() => RevokeAsync(home.Target(RevocationTargetKind.User)));

        Watch.BeforeCommit = null;
        Assert.Equal(Everything, await home.AliveAsync());
        Assert.True((await RevokeAsync(home.Target(RevocationTargetKind.User))).Withdrawn);
    }

    [Fact]
    public async Task What_a_unit_withdraws_comes_back_when_the_unit_fails_afterwards()
    {
        var home = await Household.MoveInAsync(Storage);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Writes.RunAsync<bool>(
            async (db, token) =>
            {
                await Storage.Cascade.RevokeAsync(db, home.Target(RevocationTargetKind.User), RevocationCause.UserDisabled, Nobody, token);
                throw new InvalidTimeZoneException();
            },
            Cancellation));

        Assert.Equal(Everything, await home.AliveAsync());
        Assert.Equal(0, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));
    }

    private Task<RevocationReceipt> RevokeAsync(RevocationTarget target) =>
        Storage.Cascade.RevokeAsync(target, RevocationCause.ClientRequest, Nobody, Cancellation);
}

public sealed class SqliteCascadeFaults() : CascadeFaultFacts(DatabaseProvider.Sqlite)
{
    protected override DbException DiskFault => new SqliteException("disk I/O error", SQLitePCL.raw.SQLITE_IOERR);
}

public sealed class PostgreSqlCascadeFaults() : CascadeFaultFacts(DatabaseProvider.PostgreSql)
{
    protected override DbException DiskFault => new PostgresException("could not extend file", "ERROR", "ERROR", PostgresErrorCodes.DiskFull);
}
