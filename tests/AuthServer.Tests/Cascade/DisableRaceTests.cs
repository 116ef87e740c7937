using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Cascade;

/// <summary>Identity's store writes every column of a user it loaded earlier; a disabled user stays disabled all the same.</summary>
public abstract class DisableRaceFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private static readonly RevocationActor Nobody = new(RevocationActorKind.Operator, Id: null, Address: null, CorrelationId: null);

    [Fact]
    public async Task Failed_login_of_a_user_read_before_does_not_enable_them()
    {
        var alice = await Seed.UserAsync("alice");
        await using var request = Storage.NewRequest();
        var users = request.ServiceProvider.GetRequiredService<UserManager<User>>();
        var stale = await users.FindByIdAsync(alice.Id.ToString());

        await DisableAsync(alice);
        var saved = await users.AccessFailedAsync(stale!);

        Assert.False(saved.Succeeded);
        await AssertDisabledAsync(alice);
    }

    [Fact]
    public async Task Profile_save_of_a_user_read_before_does_not_enable_them_even_with_the_new_stamp()
    {
        var alice = await Seed.UserAsync("alice");
        await using var request = Storage.NewRequest();
        var users = request.ServiceProvider.GetRequiredService<UserManager<User>>();
        var stale = await users.FindByIdAsync(alice.Id.ToString());

        await DisableAsync(alice);
        var stamp = await Storage.ReadAsync(db => db.Users.Where(u => u.Id == alice.Id).Select(u => u.ConcurrencyStamp).SingleAsync(Cancellation));

        // The worst case: nothing but the mapping of the two columns stands between the stale row and the database.
        var row = request.ServiceProvider.GetRequiredService<Grants.AuthServerDbContext>().Entry(stale!);
        row.Property(u => u.ConcurrencyStamp).CurrentValue = stamp;
        row.Property(u => u.ConcurrencyStamp).OriginalValue = stamp;
        stale!.Name = "Alice, once enabled";
        var saved = await users.UpdateAsync(stale);

        Assert.True(saved.Succeeded, saved.ToString());
        await AssertDisabledAsync(alice);
    }

    [Fact]
    public async Task Disabled_stays_while_failed_logins_and_profile_saves_race_with_it()
    {
        var alice = await Seed.UserAsync("alice");
        var saves = Enumerable.Range(0, 20).Select(i => Task.Run(() => SaveAsync(alice.Id, i), Cancellation)).ToList();
        var disable = Task.Run(() => DisableAsync(alice), Cancellation);
        saves.AddRange(Enumerable.Range(20, 20).Select(i => Task.Run(() => SaveAsync(alice.Id, i), Cancellation)));

        await Task.WhenAll([.. saves, disable]);

        Assert.True((await disable).Withdrawn);
        await AssertDisabledAsync(alice);
    }

    private async Task SaveAsync(Guid id, int number)
    {
        await using var request = Storage.NewRequest();
        var users = request.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = await users.FindByIdAsync(id.ToString());
        if (number % 2 == 0)
        {
            await users.AccessFailedAsync(user!);
        }
        else
        {
            user!.Name = $"Alice {number}";
            await users.UpdateAsync(user);
        }
    }

    private Task<RevocationReceipt> DisableAsync(User user) =>
        Storage.Cascade.RevokeAsync(new RevocationTarget.User(user.Id), RevocationCause.UserDisabled, Nobody, Cancellation);

    private async Task AssertDisabledAsync(User user)
    {
        var row = await Storage.ReadAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.Id == user.Id, Cancellation));
        Assert.True(row.Disabled);
        Assert.Equal(user.Epoch + 1, row.Epoch);
    }
}

public sealed class SqliteDisableRace() : DisableRaceFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlDisableRace() : DisableRaceFacts(DatabaseProvider.PostgreSql);
