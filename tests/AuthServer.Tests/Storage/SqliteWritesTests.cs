using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Storage;

/// <summary>The queue with its single consumer, and what one writer alone has: batches, a bound, an order.</summary>
public sealed class SqliteWritesTests() : WritesFacts(DatabaseProvider.Sqlite)
{
    [Fact]
    public async Task Units_that_wait_together_are_committed_together()
    {
        var door = await HeldDoor.HoldAsync(Writes);
        var units = Enumerable.Range(0, 50).Select(i => AddAsync($"{i:00}")).ToList();
        var before = Watch.Commits;
        await door.ReleaseAsync();
        await Task.WhenAll(units);

        Assert.Equal(50, (await ScopesAsync()).Count);
        Assert.Equal(2, Watch.Commits - before); // The one that held the door, and the fifty.
    }

    [Fact]
    public async Task Neighbours_of_one_that_fails_happen_once_and_are_told_of_once()
    {
        var home = await Household.MoveInAsync(Storage);
        using var told = new Counted(Storage.Meters, "authserver.revocations");
        var door = await HeldDoor.HoldAsync(Writes);
        var first = RevokeAsync(home["laptop-web"]);
        var failing = Writes.RunAsync((_, _) => throw new InvalidTimeZoneException(), Cancellation);
        var second = RevokeAsync(home["phone-web"]);
        await door.ReleaseAsync();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => failing);
        Assert.True((await first).Withdrawn && (await second).Withdrawn);
        Assert.Equal(2, told.Total);
        Assert.Equal(2, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));

        Task<RevocationReceipt> RevokeAsync(TokenFamily family) =>
            Storage.Cascade.RevokeAsync(new RevocationTarget.Family(family.Id), RevocationCause.ClientRequest, Targets.Server, Cancellation);
    }

    [Fact]
    public async Task A_rotation_beside_one_that_fails_comes_to_what_was_told_last()
    {
        var (day, month) = (TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        var rotation = new FamilyRotation(Writes, Storage.Cascade, Storage.Liveness, Clock);
        var opened = (await Household.MoveInAsync(Storage))["laptop-web"];
        await rotation.RedeemAsync(opened.Id, new FamilyEnds(day, month), jkt: null, Targets.Server, Cancellation);
        var before = (await Storage.Liveness.FindFamilyAsync(opened.Id, jti: null, Cancellation)).State!;
        var times = new RotationTimes(TimeSpan.FromSeconds(30), month, new SessionIdle(day, month));
        var told = new List<FamilyState>();
        var door = await HeldDoor.HoldAsync(Writes);
        var rotated = rotation.RotateAsync(before, before.Family.Generation, before.Family.Stamp, times, jkt: null, Targets.Server, told.Add, Cancellation);
        var failing = Writes.RunAsync((_, _) => throw new InvalidTimeZoneException(), Cancellation);
        await door.ReleaseAsync();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => failing);
        Assert.Equal(2, told.Count);
        Assert.Same(told[1], Assert.IsType<RotationOutcome.Current>(await rotated).State);
        Assert.Equal(2, (await Storage.ReadAsync(db => db.TokenFamilies.SingleAsync(f => f.Id == opened.Id, Cancellation))).Generation);
    }

    [Fact]
    public async Task Every_connection_flushes_at_commit_and_waits_for_a_locked_file_as_long_as_the_driver_would()
    {
        await using var db = Storage.NewContext();
        await db.Database.OpenConnectionAsync(Cancellation);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        Assert.Equal((2, command.CommandTimeout * 1000L), (await AskAsync("synchronous"), await AskAsync("busy_timeout")));

        async Task<long> AskAsync(string pragma)
        {
            command.CommandText = $"PRAGMA {pragma}";
            return (long)(await command.ExecuteScalarAsync(Cancellation))!;
        }
    }

    [Fact]
    public async Task Waiting_unit_whose_caller_goes_never_runs()
    {
        using var caller = new CancellationTokenSource();
        var door = await HeldDoor.HoldAsync(Writes);
        var gone = AddAsync("gone", caller.Token);
        var stays = AddAsync("stays");
        await caller.CancelAsync();
        await door.ReleaseAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await stays;
        Assert.Equal(["stays"], await ScopesAsync());
    }

    [Fact]
    public async Task Waiting_save_whose_request_is_aborted_leaves_the_door_open()
    {
        using var request = new CancellationTokenSource();
        await using var db = Storage.NewContext();
        db.Add(NewScope("gone"));
        var door = await HeldDoor.HoldAsync(Writes);
        var save = db.SaveChangesAsync(request.Token);
        await request.CancelAsync();
        await door.ReleaseAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => save);
        await AddAsync("next");
        Assert.Equal(["next"], await ScopesAsync());
    }

    [Fact]
    public async Task Save_that_fails_leaves_the_door_open()
    {
        await AddAsync("a");
        await using var db = Storage.NewContext();
        db.Add(NewScope("a"));
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation));
        await AddAsync("b");
    }

    [Fact]
    public async Task One_more_than_the_queue_holds_is_refused_at_once()
    {
        var door = await HeldDoor.HoldAsync(Writes);
        var waiting = Enumerable.Range(0, QueuedWrites.Capacity).Select(_ => Writes.RunAsync((_, _) => Task.CompletedTask, Cancellation)).ToList();

        await Assert.ThrowsAsync<WritesUnavailableException>(() => AddAsync("one too many"));
        await using var db = Storage.NewContext();
        db.Add(NewScope("one too many"));
        await Assert.ThrowsAsync<WritesUnavailableException>(() => db.SaveChangesAsync(Cancellation));

        await door.ReleaseAsync();
        await Task.WhenAll(waiting);
        Assert.Empty(await ScopesAsync());
    }

    [Fact]
    public async Task Stopping_serves_who_waits_and_refuses_who_comes_later()
    {
        var writes = (QueuedWrites)Writes;
        await using var db = Storage.NewContext();
        db.Add(NewScope("save"));
        var door = await HeldDoor.HoldAsync(writes);
        var unit = AddAsync("unit");
        var save = db.SaveChangesAsync(Cancellation);
        var stopped = writes.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<WritesUnavailableException>(() => AddAsync("later"));

        await door.ReleaseAsync();
        await Task.WhenAll(unit, save, stopped);
        Assert.Equal(["save", "unit"], await ScopesAsync());
        await Assert.ThrowsAsync<WritesUnavailableException>(() => AddAsync("later"));
    }

    [Fact]
    public async Task When_SQLite_has_rolled_everything_back_the_whole_batch_fails_and_the_next_one_works()
    {
        var door = await HeldDoor.HoldAsync(Writes);
        var before = AddAsync("before");
        var culprit = Writes.RunAsync(
            async (db, token) =>
            {
                db.Add(NewScope("culprit"));
                await db.SaveChangesAsync(token);

                // As SQLite itself does on a full disk.
                await db.Database.ExecuteSqlRawAsync("ROLLBACK", token);
                throw new InvalidTimeZoneException();
            },
            Cancellation);
        var after = AddAsync("zafter");
        await door.ReleaseAsync();

        foreach (var unit in (Task[])[before, culprit, after])
        {
            await Assert.ThrowsAsync<WritesUnavailableException>(() => unit);
        }

        Assert.Empty(await ScopesAsync());
        await AddAsync("next");
        Assert.Equal(["next"], await ScopesAsync());
    }

    [Fact]
    public async Task Full_disk_is_unavailable_and_no_fault_of_the_caller()
    {
        await Assert.ThrowsAsync<WritesUnavailableException>(() => Writes.RunAsync(
            async (db, token) =>
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA max_page_count = 1", token);
                db.Add(NewScope(new string('x', 1_000_000)));
                await db.SaveChangesAsync(token);
            },
            Cancellation));
        await AddAsync("small");
        Assert.Equal(["small"], await ScopesAsync());
    }

    [Fact]
    public async Task Units_do_not_run_in_the_context_of_the_first_request()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var fresh = new TestStorage(database, Clock);
        var ambient = new AsyncLocal<string?> { Value = "first request" };
        var writes = fresh.Writes;
        ambient.Value = null;

        Assert.Null(await writes.RunAsync((_, _) => Task.FromResult(ambient.Value), Cancellation));
    }
}
