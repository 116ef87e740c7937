using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>What the preview promised is what the receipt says, what the ledger keeps, and what was found when every child had been touched.</summary>
public abstract class CascadeAgreementFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private Household _home = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _home = await Household.MoveInAsync(Storage);
        await Storage.TellEverybodyAsync();
    }

    [Theory]
    [MemberData(nameof(Targets.All), MemberType = typeof(Targets))]
    public async Task Preview_receipt_ledger_and_completed_line_agree(string name, string survivors, bool again)
    {
        var (target, cause) = Targets.Of(_home, Storage, name);
        var preview = await Storage.PreviewAsync(target);

        var outcome = await Storage.Cascade.RevokeAsync(target, preview.Stamp, cause, Targets.Server, Cancellation);

        var receipt = Assert.IsType<PreviewedRevocation.Done>(outcome).Receipt;
        Assert.Equal(survivors, await _home.AliveAsync());
        await Storage.SweepAllAsync();
        Assert.Equal(survivors, await _home.AliveAsync());

        var lines = await Storage.ReadAsync(db => db.Revocations.AsNoTracking().ToListAsync(Cancellation));
        var line = Assert.Single(lines, one => one.Completes is null);
        var completed = lines.SingleOrDefault(one => one.Completes == line.Id);
        Assert.Equal(preview.Counts, Counts(receipt.Entry!));
        Assert.Equal(preview.Counts, Counts(line));
        Assert.Equal(preview.Counts, completed is null ? preview.Counts : Counts(completed));
        Assert.Equal(name is not ("token" or "family" or "grant-scope" or "client-scope"), completed is not null);

        var deliveries = await Storage.ReadAsync(db => db.Deliveries.AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(receipt.Told, deliveries.Count);
        Assert.Equal(
            preview.Clients.Count,
            deliveries.Where(one => one.Kind == DeliveryKind.BackChannelLogout).Select(one => one.ClientId).Distinct().Count());

        // Nothing is left to fall.
        Assert.Equal(RevocationCounts.None, (await Storage.PreviewAsync(target)).Counts);
        Assert.Equal(again, (await Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation)).Withdrawn);
    }

    [Fact]
    public async Task Sign_out_of_a_session_that_time_has_ended_counts_it_in_preview_and_receipt_alike()
    {
        Clock.Advance(TimeSpan.FromHours(3));
        var target = new RevocationTarget.Session(_home.Laptop.Id);
        var preview = await Storage.PreviewAsync(target);
        var receipt = await Storage.Cascade.RevokeAsync(target, RevocationCause.SignOut, Targets.Server, Cancellation);
        Assert.Equal(preview.Counts, Counts(receipt.Entry!));
        Assert.Equal(1, preview.Counts.Sessions);
    }

    [Fact]
    public async Task Preview_of_what_is_withdrawn_already_says_that_nothing_falls_even_before_the_sweep()
    {
        foreach (var (name, _, again) in Targets.All.Select(row => row.Data).Where(row => row.Item1 is not ("overdue" or "deleted-user" or "deleted-client")))
        {
            var (target, cause) = Targets.Of(_home, Storage, name);
            await Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation);
            var preview = await Storage.PreviewAsync(target);
            if (!again)
            {
                Assert.Equal(RevocationCounts.None, preview.Counts);
                Assert.Empty(preview.Clients);
            }
        }
    }

    [Fact]
    public async Task Stale_stamp_withdraws_nothing_and_answers_with_the_new_preview()
    {
        var target = new RevocationTarget.User(_home.Alice.Id);
        var seen = await Storage.PreviewAsync(target);
        await Seed.FamilyAsync(_home.AliceToWeb, _home.Phone);

        var stale = Assert.IsType<PreviewedRevocation.Stale>(
            await Storage.Cascade.RevokeAsync(target, seen.Stamp, RevocationCause.UserDisabled, Targets.Server, Cancellation));

        Assert.Equal(seen.Counts.Families + 1, stale.Preview.Counts.Families);
        Assert.Equal(Targets.Everything, await _home.AliveAsync());
        Assert.Equal(0, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));
        Assert.IsType<PreviewedRevocation.Done>(
            await Storage.Cascade.RevokeAsync(target, stale.Preview.Stamp, RevocationCause.UserDisabled, Targets.Server, Cancellation));
        Assert.IsType<PreviewedRevocation.Stale>(
            await Storage.Cascade.RevokeAsync(target, stale.Preview.Stamp, RevocationCause.UserDisabled, Targets.Server, Cancellation));
    }

    [Fact]
    public async Task Sweep_goes_in_batches_and_its_progress_can_be_seen()
    {
        const int Count = (2 * RevocationCascade.SweepBatch) + 200;
        await Storage.CopyFamilyAsync(_home["bob-web"], Count - 1);
        var target = new RevocationTarget.Grant(_home["bob-web"].GrantId);
        var receipt = await Storage.Cascade.RevokeAsync(target, RevocationCause.GrantRemoved, Targets.Server, Cancellation);
        Assert.Equal(Count, receipt.Entry!.Families);

        for (var done = RevocationCascade.SweepBatch; done < Count; done += RevocationCascade.SweepBatch)
        {
            Assert.True(await Storage.Cascade.SweepAsync(Cancellation));
            Assert.Equal(done, await Storage.ReadAsync(db => db.Sweeps.Select(s => s.Families).SingleAsync(Cancellation)));
            Assert.Equal(done, await Storage.ReadAsync(db => db.TokenFamilies.CountAsync(f => f.Status == Status.Revoked, Cancellation)));
        }

        await Storage.SweepAllAsync();
        var completed = await Storage.ReadAsync(db => db.Revocations.AsNoTracking().SingleAsync(r => r.Completes == receipt.Entry.Id, Cancellation));
        Assert.Equal(new RevocationCounts(0, 1, Count), Counts(completed));
    }

    [Fact]
    public async Task Sweeps_on_many_nodes_touch_every_child_once()
    {
        await Storage.CopyFamilyAsync(_home["bob-web"], 1999);
        var grant = new RevocationTarget.Grant(_home["bob-web"].GrantId);
        var receipt = await Storage.Cascade.RevokeAsync(grant, RevocationCause.GrantRemoved, Targets.Server, Cancellation);
        await Storage.Cascade.RevokeAsync(_home.Target(RevocationTargetKind.Session), RevocationCause.SignOut, Targets.Server, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Storage.SweepAllAsync, Cancellation)));

        var completed = await Storage.ReadAsync(
            db => db.Revocations.AsNoTracking().Where(r => r.Completes != null).OrderBy(r => r.Families).ToListAsync(Cancellation));
        Assert.Equal([2, 2000], completed.Select(one => one.Families));
        Assert.Equal(receipt.Entry!.Id, completed[1].Completes);
    }

    private static RevocationCounts Counts(RevocationEntry entry) => new(entry.Sessions, entry.Grants, entry.Families);
}

public sealed class SqliteCascadeAgreement() : CascadeAgreementFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlCascadeAgreement() : CascadeAgreementFacts(DatabaseProvider.PostgreSql);
