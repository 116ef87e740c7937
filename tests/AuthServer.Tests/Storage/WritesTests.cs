using System.Diagnostics.Metrics;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Storage;

/// <summary>The one door for writes, as it behaves on either database (decision 0004).</summary>
public abstract class WritesFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    [Fact]
    public async Task Write_outside_the_door_throws()
    {
        await using var db = Storage.NewContext();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => db.Clients.ExecuteUpdateAsync(set => set.SetProperty(c => c.ClientName, "x"), Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.Clients.ExecuteDeleteAsync(Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.Database.ExecuteSqlRawAsync("DELETE FROM \"Clients\"", Cancellation));
        db.Add(NewScope("a"));
        Assert.Throws<NotSupportedException>(() => db.SaveChanges());
    }

    [Fact]
    public async Task Context_that_served_a_unit_may_not_write_afterwards()
    {
        AuthServerDbContext? kept = null;
        await Writes.RunAsync(
            (db, _) =>
            {
                kept = db;
                return Task.CompletedTask;
            },
            Cancellation);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => kept!.Clients.ExecuteDeleteAsync(Cancellation));

        // The pool gives the same instance out again.
        await using var next = Storage.NewContext();
        await Assert.ThrowsAsync<InvalidOperationException>(() => next.Clients.ExecuteDeleteAsync(Cancellation));
    }

    [Fact]
    public async Task Save_outside_a_unit_waits_at_the_same_door_and_goes_through()
    {
        await using var db = Storage.NewContext();
        db.Add(NewScope("a"));
        await db.SaveChangesAsync(Cancellation);

        Assert.Equal(["a"], await ScopesAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.Scopes.ExecuteDeleteAsync(Cancellation));
    }

    [Fact]
    public async Task Failing_unit_takes_its_own_changes_with_it_and_no_neighbour()
    {
        var door = await HeldDoor.HoldAsync(Writes);
        var before = AddAsync("before");
        var failing = Writes.RunAsync(
            async (db, token) =>
            {
                await db.Scopes.ExecuteUpdateAsync(set => set.SetProperty(s => s.Description, "spoilt"), token);
                db.Add(NewScope("failing"));
                await db.SaveChangesAsync(token);
                db.Add(NewScope("left behind in the tracker"));
                throw new InvalidTimeZoneException();
            },
            Cancellation);
        var after = AddAsync("zafter");
        await door.ReleaseAsync();

        await before;
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => failing);
        await after;
        Assert.Equal(["before", "zafter"], await ScopesAsync());
        Assert.Equal(0, await Storage.ReadAsync(db => db.Scopes.CountAsync(s => s.Description == "spoilt", Cancellation)));
    }

    [Fact]
    public async Task Who_fails_when_told_of_a_commit_undoes_nothing_and_silences_nobody()
    {
        var alice = await Seed.UserAsync("alice");
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Scope == Storage.Meters && instrument.Name == "authserver.revocations")
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidTimeZoneException());
        listener.Start();

        var receipt = await Storage.Cascade.RevokeAsync(
            new RevocationTarget.User(alice.Id), RevocationCause.UserDisabled, new RevocationActor(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null), Cancellation);

        Assert.NotNull(receipt.Entry);
        Assert.True(await Storage.ReadAsync(db => db.Users.Where(u => u.Id == alice.Id).Select(u => u.Disabled).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task Refused_row_is_its_own_units_failure_and_comes_out_as_it_is()
    {
        await AddAsync("a");
        await Assert.ThrowsAsync<DbUpdateException>(() => AddAsync("a"));
        await AddAsync("b");
        Assert.Equal(["a", "b"], await ScopesAsync());
    }

    [Fact]
    public async Task Unit_whose_caller_has_gone_never_runs()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AddAsync("a", gone.Token));
        Assert.Empty(await ScopesAsync());
    }

    [Fact]
    public async Task Unit_that_was_taken_up_is_committed_although_its_caller_goes()
    {
        using var caller = new CancellationTokenSource();
        await Writes.RunAsync(
            async (db, token) =>
            {
                await caller.CancelAsync();
                db.Add(NewScope("a"));
                await db.SaveChangesAsync(token);
            },
            caller.Token);
        Assert.Equal(["a"], await ScopesAsync());
    }

    [Fact]
    public async Task Result_is_given_out_by_the_commit_and_by_nothing_before_it()
    {
        Watch.BeforeCommit = () => throw new InvalidTimeZoneException();
        await Assert.ThrowsAnyAsync<Exception>(() => AddAsync("a"));

        Watch.BeforeCommit = null;
        Assert.Empty(await ScopesAsync());
        await AddAsync("b");
        Assert.Equal(["b"], await ScopesAsync());
    }

    [Fact]
    public async Task Two_hundred_units_and_Identitys_saves_among_them_all_finish()
    {
        var alice = await Seed.UserAsync("alice");
        var units = Enumerable.Range(0, 200).Select(i => Task.Run(() => AddAsync($"{i:000}"), Cancellation));
        var people = Enumerable.Range(0, 20).Select(i => Task.Run(() => RegisterAsync(i), Cancellation));
        var failures = Enumerable.Range(0, 20).Select(_ => Task.Run(() => FailLoginAsync(alice.Id), Cancellation));
        await Task.WhenAll([.. units, .. people, .. failures]).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancellation);

        Assert.Equal(200, (await ScopesAsync()).Count);
        Assert.Equal(21, await Storage.ReadAsync(db => db.Users.CountAsync(Cancellation)));
        var failed = await Storage.ReadAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.Id == alice.Id, Cancellation));
        Assert.True(failed.AccessFailedCount > 0 || failed.LockoutEnd is not null);
    }

    [Fact]
    public async Task Unit_inside_a_unit_is_refused_instead_of_waiting_for_itself()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Writes.RunAsync((_, _) => AddAsync("a"), Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancellation));
        await AddAsync("b");
        Assert.Equal(["b"], await ScopesAsync());
    }

    [Fact]
    public async Task Identitys_save_inside_a_unit_is_refused_instead_of_waiting_for_itself()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Writes.RunAsync((_, _) => RegisterAsync(1), Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancellation));
        await RegisterAsync(2);
    }

    [Fact]
    public async Task Save_inside_a_transaction_of_its_own_is_refused()
    {
        await using var db = Storage.NewContext();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        db.Add(NewScope("a"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Cancellation));
    }

    protected Task AddAsync(string scope, CancellationToken? cancellationToken = null) => Writes.RunAsync(
        async (db, token) =>
        {
            db.Add(NewScope(scope));
            await db.SaveChangesAsync(token);
        },
        cancellationToken ?? Cancellation);

    protected Task<List<string>> ScopesAsync() =>
        Storage.ReadAsync(db => db.Scopes.OrderBy(s => s.Name).Select(s => s.Name).ToListAsync(Cancellation));

    protected static Scope NewScope(string name) => new() { Name = name, Description = name };

    protected async Task RegisterAsync(int number)
    {
        await using var request = Storage.NewRequest();
        var user = new User { UserName = $"user{number}@example.com", Email = $"user{number}@example.com" };
        var created = await request.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user);
        Assert.True(created.Succeeded, created.ToString());
    }

    private async Task FailLoginAsync(Guid id)
    {
        await using var request = Storage.NewRequest();
        var users = request.ServiceProvider.GetRequiredService<UserManager<User>>();
        await users.AccessFailedAsync((await users.FindByIdAsync(id.ToString()))!);
    }
}
