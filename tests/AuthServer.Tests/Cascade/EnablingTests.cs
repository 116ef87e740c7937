using AuthServer.Database;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>Enabling again lets in again; it gives nothing back.</summary>
public abstract class EnablingFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task User_enabled_again_signs_in_anew_and_what_they_held_stays_dead(bool swept)
    {
        var home = await Household.MoveInAsync(Storage);
        var user = new RevocationTarget.User(home.Alice.Id);
        Assert.False(await Storage.Cascade.EnableAsync(user, Targets.Server, Cancellation));
        await Storage.Cascade.RevokeAsync(user, RevocationCause.UserDisabled, Targets.Server, Cancellation);
        if (swept)
        {
            await Storage.SweepAllAsync();
        }

        Assert.True(await Storage.Cascade.EnableAsync(user, Targets.Server, Cancellation));
        Assert.False(await Storage.Cascade.EnableAsync(user, Targets.Server, Cancellation));

        Assert.Equal("bob-web", await home.AliveAsync());
        var alice = await Storage.ReadAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.Id == home.Alice.Id, Cancellation));
        Assert.False(alice.Disabled);
        var session = await Seed.SessionAsync(alice);
        Assert.True(await Storage.ReadAsync(db => db.AliveSessions(Clock.Now).AnyAsync(s => s.Id == session.Id, Cancellation)));
        Assert.False(await Storage.ReadAsync(db => db.AliveSessions(Clock.Now).AnyAsync(s => s.Id == home.Laptop.Id, Cancellation)));
        Assert.True((await Storage.Cascade.RevokeAsync(user, RevocationCause.UserDisabled, Targets.Server, Cancellation)).Withdrawn);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_enabled_again_holds_nothing_of_before(bool swept)
    {
        var home = await Household.MoveInAsync(Storage);
        var client = new RevocationTarget.Client(home.Web.Id);
        await Storage.Cascade.RevokeAsync(client, RevocationCause.ClientDisabled, Targets.Server, Cancellation);
        if (swept)
        {
            await Storage.SweepAllAsync();
        }

        Assert.True(await Storage.Cascade.EnableAsync(client, Targets.Server, Cancellation));

        Assert.Equal("laptop-mail laptop-native", await home.AliveAsync());
        Assert.False(await Storage.Cascade.EnableAsync(client, Targets.Server, Cancellation));
        Assert.True((await Storage.Cascade.RevokeAsync(client, RevocationCause.ClientDisabled, Targets.Server, Cancellation)).Withdrawn);
    }
}

public sealed class SqliteEnabling() : EnablingFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlEnabling() : EnablingFacts(DatabaseProvider.PostgreSql);
