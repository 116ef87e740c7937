using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>Work is O(parents), not O(tokens) (decision 0002).</summary>
public abstract class HugeClientFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private const int Huge = 100_000;

    private static readonly RotationTimes Times = new(
        TimeSpan.FromSeconds(30), TimeSpan.FromDays(30), new SessionIdle(TimeSpan.FromHours(2), TimeSpan.FromDays(14)));

    [Fact]
    public async Task Hundred_thousand_families_fall_in_as_many_statements_as_ten_and_others_refresh_meanwhile()
    {
        var home = await Household.MoveInAsync(Storage);
        var small = await Seed.ClientAsync("small");
        var few = await Seed.FamilyAsync(await Seed.GrantAsync(home.Bob, small), session: null);
        await Storage.CopyFamilyAsync(few, 9);
        await Storage.CopyFamilyAsync(home["device-web"], Huge - 4);
        var ofTen = await StatementsAsync(new RevocationTarget.Client(small.Id), 10);

        var ofHuge = await StatementsAsync(new RevocationTarget.Client(home.Web.Id), RevocationReceipt.CountLimit + 1);

        Assert.Equal(ofTen, ofHuge);
        Assert.Equal("laptop-mail laptop-native", await home.AliveAsync());
        Assert.Equal(2, await Storage.ReadAsync(db => db.AliveFamilies(Clock.Now).CountAsync(Cancellation)));

        var sweeping = Task.Run(() => new Sweeping(Storage.Contexts, Storage.Cascade).RunAsync(Cancellation), Cancellation);
        var refreshes = await RefreshAsync(home["laptop-mail"].Id, until: sweeping);
        await sweeping;

        Assert.True(refreshes > 10, $"Only {refreshes} refreshes came through while {Huge} families were swept.");
        Assert.Equal(0, await Storage.ReadAsync(db => db.TokenFamilies.CountAsync(f => f.ClientId == home.Web.Id && f.Status == Status.Valid, Cancellation)));
        var completed = await Storage.ReadAsync(
            db => db.Revocations.AsNoTracking().SingleAsync(r => r.TargetId == home.Web.Id && r.Completes != null, Cancellation));
        Assert.Equal(Huge, completed.Families);
    }

    private async Task<int> StatementsAsync(RevocationTarget target, int counted)
    {
        Assert.Equal(counted, (await Storage.PreviewAsync(target)).Counts.Families);
        Watch.Statements.Clear();
        var receipt = await Storage.Cascade.RevokeAsync(target, RevocationCause.ClientDisabled, Targets.Server, Cancellation);
        Assert.Equal(counted, receipt.Entry!.Families);
        return Watch.Statements.Count;
    }

    private async Task<int> RefreshAsync(Guid familyId, Task until)
    {
        var rotation = new FamilyRotation(Writes, Storage.Cascade, Storage.Liveness, Clock);
        var outcome = await rotation.RedeemAsync(familyId, new FamilyEnds(TimeSpan.FromDays(30), TimeSpan.FromDays(365)), jkt: null, Targets.Server, Cancellation);
        var refreshes = 0;
        while (!until.IsCompleted)
        {
            var family = Assert.IsType<RotationOutcome.Current>(outcome).State.Family;
            outcome = await rotation.RotateAsync(Storage, family, Times);
            refreshes++;
        }

        return refreshes;
    }
}

public sealed class SqliteHugeClient() : HugeClientFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlHugeClient() : HugeClientFacts(DatabaseProvider.PostgreSql);
