using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AuthServer.Tests.Ledger;

/// <summary>The seals make one chain; whatever is changed under it is found, at the seal where it was changed.</summary>
public abstract class LedgerSealFacts(DatabaseProvider provider) : LedgerFacts(provider)
{
    [Fact]
    public async Task Chain_verifies_and_the_unsealed_tail_is_reported()
    {
        Assert.Equal(0, await Sealer.SealAsync(Cancellation));
        Assert.Equal(new LedgerReport(0, 0, 0, "", 0), await VerifyAsync());
        await SealAsync(40);
        await WithdrawAsync(2);

        var report = await VerifyAsync();

        Assert.True(report.IsWhole);
        Assert.Equal((40, 120, 40L, 2), (report.Seals, report.Entries, report.LastSeal, report.Unsealed));
    }

    [Fact]
    public async Task Every_column_of_every_line_is_held_fast()
    {
        await SealAsync(3);
        var entry = await EntryUnderAsync(2);
        List<IProperty> columns;
        await using (var db = Storage.NewContext())
        {
            columns = [.. db.Model.FindEntityType(typeof(RevocationEntry))!.GetProperties()
                .Where(property => !property.IsPrimaryKey() && property.Name != nameof(RevocationEntry.SealId))];
        }

        Assert.InRange(columns.Count, 17, 40);
        foreach (var column in columns)
        {
            object? original = null;
            await TamperAsync(async db =>
            {
                var row = db.Entry(await db.Revocations.AsTracking().SingleAsync(r => r.Id == entry.Id)).Property(column.Name);
                original = row.CurrentValue;
                row.CurrentValue = Other(column.ClrType, original);
            });
            var report = await VerifyAsync();
            Assert.True(report.Fault == LedgerFault.Entries && report.BrokenSeal == 2 && report.LastSeal == 1, $"{column.Name}: {report}");

            await TamperAsync(async db =>
                db.Entry(await db.Revocations.AsTracking().SingleAsync(r => r.Id == entry.Id)).Property(column.Name).CurrentValue = original);
            Assert.True((await VerifyAsync()).IsWhole, column.Name);
        }
    }

    [Fact]
    public async Task Line_that_was_removed_added_or_moved_is_missed_at_its_seal()
    {
        await SealAsync(4);
        var third = await EntryUnderAsync(3);
        await TamperAsync(db => db.Revocations.Where(r => r.Id == third.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.SealId, (long?)4)));
        await AssertBrokenAsync(3, LedgerFault.Entries);
        await TamperAsync(db => db.Revocations.Where(r => r.Id == third.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.SealId, (long?)null)));
        await AssertBrokenAsync(3, LedgerFault.Entries);
        await TamperAsync(db => db.Revocations.Where(r => r.Id == third.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.SealId, (long?)3)));
        Assert.True((await VerifyAsync()).IsWhole);

        await WithdrawAsync(1);
        await TamperAsync(db => db.Revocations.Where(r => r.SealId == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.SealId, (long?)2)));
        await AssertBrokenAsync(2, LedgerFault.Entries);
        await TamperAsync(db => db.Revocations.Where(r => r.SealId == 1).ExecuteDeleteAsync());
        await AssertBrokenAsync(1, LedgerFault.Entries);
    }

    [Fact]
    public async Task Seal_that_was_removed_changed_or_exchanged_is_found()
    {
        await SealAsync(5);
        var seals = await Storage.ReadAsync(db => db.LedgerSeals.AsNoTracking().OrderBy(s => s.Id).ToListAsync(Cancellation));

        await TamperAsync(db => db.LedgerSeals.Where(s => s.Id == 4).ExecuteUpdateAsync(set => set.SetProperty(s => s.Count, 2)));
        await AssertBrokenAsync(4, LedgerFault.Row);
        await TamperAsync(db => db.LedgerSeals.Where(s => s.Id == 3).ExecuteUpdateAsync(set => set.SetProperty(s => s.Jws, seals[1].Jws)));
        await AssertBrokenAsync(3, LedgerFault.Row);
        await TamperAsync(db => db.LedgerSeals.Where(s => s.Id == 2).ExecuteUpdateAsync(set => set.SetProperty(s => s.Jws, seals[1].Jws[..^4] + "AAAA")));
        await AssertBrokenAsync(2, LedgerFault.Signature);
        await TamperAsync(db => db.LedgerSeals.Where(s => s.Id == 2).ExecuteDeleteAsync());
        await AssertBrokenAsync(2, LedgerFault.Missing);
        await TamperAsync(db => db.LedgerSeals.Where(s => s.Id == 1).ExecuteDeleteAsync());
        await AssertBrokenAsync(1, LedgerFault.Missing);
    }

    [Fact]
    public async Task End_that_was_cut_off_is_missed_while_its_lines_are_there_and_the_next_seal_does_not_cover_it_up()
    {
        await SealAsync(3);
        await TamperAsync(db => db.LedgerSeals.Where(s => s.Id == 3).ExecuteDeleteAsync());
        await AssertBrokenAsync(3, LedgerFault.Missing);
        await SealAsync(1);
        await AssertBrokenAsync(3, LedgerFault.Entries);
    }

    [Fact]
    public async Task Beginning_that_was_cut_off_is_no_pruning_because_no_anchor_was_signed()
    {
        await SealAsync(3);
        await TamperAsync(async db =>
        {
            await db.Revocations.Where(r => r.SealId <= 2).ExecuteDeleteAsync();
            await db.LedgerSeals.Where(s => s.Id < 2).ExecuteDeleteAsync();
            await db.LedgerSeals.Where(s => s.Id == 2).ExecuteUpdateAsync(set => set.SetProperty(s => s.Pruned, true));
        });
        await AssertBrokenAsync(2, LedgerFault.Row);
    }

    [Fact]
    public async Task Many_sealers_make_one_chain()
    {
        for (var round = 0; round < 5; round++)
        {
            await WithdrawAsync(4);
            var held = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Sealer.SealAsync(Cancellation), Cancellation)));
            Assert.Equal(4, held.Sum());
        }

        var report = await VerifyAsync();
        Assert.True(report.IsWhole);
        Assert.Equal((5, 20, 0), (report.Seals, report.Entries, report.Unsealed));
    }

    [Fact]
    public async Task Seal_whose_entries_another_seal_has_taken_is_rolled_back()
    {
        await SealAsync(1);
        await WithdrawAsync(2);
        var once = true;
        Watch.BeforeStatement = sql =>
        {
            // Between reading the entries and reading the last seal, another node seals.
            if (once && sql.Contains("FROM \"LedgerSeals\"", StringComparison.Ordinal))
            {
                once = false;
                Sealer.SealAsync(Cancellation).GetAwaiter().GetResult();
            }
        };

        Assert.Equal(0, await Sealer.SealAsync(Cancellation));

        Watch.BeforeStatement = null;
        var report = await VerifyAsync();
        Assert.True(report.IsWhole);
        Assert.Equal((2, 5, 0), (report.Seals, report.Entries, report.Unsealed));
    }

    [Fact]
    public async Task Old_seals_stay_good_when_a_new_key_signs()
    {
        await SealAsync(2);
        Clock.Advance(TimeSpan.FromDays(1));
        await AddKeyAsync();
        await LoadKeysAsync();
        await SealAsync(1);

        Assert.True((await VerifyAsync()).IsWhole);
        var kids = await Storage.ReadAsync(db => db.LedgerSeals.OrderBy(s => s.Id).Select(s => s.Jws).ToListAsync(Cancellation));
        Assert.Equal(2, kids.Select(jws => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(jws).Kid).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Pruning_takes_whole_seals_from_the_old_end_and_the_anchor_holds_what_is_left()
    {
        await SealAsync(20);
        Clock.Advance(TimeSpan.FromDays(60));
        await SealAsync(5);
        await Pruning.RunAsync(Cancellation);
        Assert.Equal(25, (await VerifyAsync()).Seals);

        Clock.Advance(TimeSpan.FromDays(41));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Pruning.RunAsync(Cancellation), Cancellation)));

        var report = await VerifyAsync();
        Assert.True(report.IsWhole, report.ToString());
        Assert.Equal((6, 15, 25L), (report.Seals, report.Entries, report.LastSeal));
        Assert.Equal(20, await Storage.ReadAsync(db => db.LedgerSeals.Where(s => s.Pruned).Select(s => s.Id).SingleAsync(Cancellation)));

        // All of it grows old: the chain goes on from the anchor, and lines smuggled in behind it are found.
        Clock.Advance(TimeSpan.FromDays(200));
        await Pruning.RunAsync(Cancellation);
        await SealAsync(2);
        report = await VerifyAsync();
        Assert.True(report.IsWhole, report.ToString());
        Assert.Equal((3, 6, 27L), (report.Seals, report.Entries, report.LastSeal));
        await WithdrawAsync(1);
        await TamperAsync(db => db.Revocations.Where(r => r.SealId == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.SealId, (long?)7)));
        await AssertBrokenAsync(7, LedgerFault.Missing);
    }

    [Fact]
    public async Task What_was_tampered_with_is_not_pruned_away()
    {
        await SealAsync(3);
        var second = await EntryUnderAsync(2);
        await TamperAsync(db => db.Revocations.Where(r => r.Id == second.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Reason, "another")));
        Clock.Advance(TimeSpan.FromDays(101));
        await Pruning.RunAsync(Cancellation);
        await AssertBrokenAsync(2, LedgerFault.Entries);
        Assert.Equal(6, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));
    }

    private static object Other(Type type, object? value) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var text when text == typeof(string) => $"{value}x",
        var id when id == typeof(Guid) => Guid.Parse("01890000-0000-7000-8000-00000000000f"),
        var number when number == typeof(int) => (int)value! + 1,
        var instant when instant == typeof(DateTime) => ((DateTime)value!).AddMilliseconds(1),
        var word when word.IsEnum => Enum.GetValues(word).Cast<object>().First(one => !one.Equals(value)),
        var other => throw new NotSupportedException(other.Name),
    };

    private async Task AssertBrokenAsync(long seal, LedgerFault fault)
    {
        var report = await VerifyAsync();
        Assert.Equal((seal, fault), (report.BrokenSeal, report.Fault));
    }
}

public sealed class SqliteLedgerSeals() : LedgerSealFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlLedgerSeals() : LedgerSealFacts(DatabaseProvider.PostgreSql);
