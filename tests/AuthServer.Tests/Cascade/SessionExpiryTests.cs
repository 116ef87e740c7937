using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>A session ends by time: its clients are told, its families fall, those with offline_access go on.</summary>
public abstract class SessionExpiryFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private const string Offline = "laptop-mail laptop-native phone-web device-web";

    private Household _home = null!;

    private SessionExpiry Expiry => new(Storage.Contexts, Storage.Cascade, Clock);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _home = await Household.MoveInAsync(Storage);
        await Storage.TellEverybodyAsync();
    }

    [Fact]
    public async Task Idle_session_is_refused_at_its_time_and_ended_by_the_job()
    {
        Assert.Equal(0, await Expiry.RunAsync(Cancellation));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Offline, await _home.AliveAsync());

        Assert.Equal(3, await Expiry.RunAsync(Cancellation));

        await AssertEndedAsync();
        Assert.Equal(0, await Expiry.RunAsync(Cancellation));
    }

    [Fact]
    public async Task Session_in_use_is_refused_at_its_absolute_end_and_ended_by_the_job()
    {
        await Writes.RunAsync(
            (db, token) => db.LoginSessions.ExecuteUpdateAsync(set => set.SetProperty(s => s.IdleExpiresAt, Clock.Now.AddDays(3)), token), Cancellation);
        Clock.Advance(TimeSpan.FromHours(11));
        Assert.Equal(Targets.Everything, await _home.AliveAsync());
        Assert.Equal(0, await Expiry.RunAsync(Cancellation));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Offline, await _home.AliveAsync());

        Assert.Equal(3, await Expiry.RunAsync(Cancellation));
        await AssertEndedAsync();
    }

    [Fact]
    public async Task Many_nodes_at_once_end_each_session_once()
    {
        for (var i = 0; i < 30; i++)
        {
            await Seed.FamilyAsync(_home.AliceToWeb, await Seed.SessionAsync(_home.Alice));
        }

        Clock.Advance(TimeSpan.FromHours(2));
        var ended = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Expiry.RunAsync(Cancellation), Cancellation)));

        // Whoever lost a whole batch stops; what is left is the next run's.
        Assert.Equal(33, ended.Sum() + await Expiry.RunAsync(Cancellation));
        Assert.Equal(33, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));
        var owed = await Storage.ReadAsync(db => db.Deliveries.AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(34, owed.Count);
        Assert.Equal(34, owed.DistinctBy(one => (one.ClientId, one.SessionId)).Count());
    }

    [Fact]
    public async Task Session_whose_user_was_disabled_ends_later_and_nobody_is_told_twice()
    {
        var disabled = await Storage.Cascade.RevokeAsync(
            new RevocationTarget.User(_home.Alice.Id), RevocationCause.UserDisabled, Targets.Server, Cancellation);
        Assert.True(disabled.Told > 0);
        Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(3, await Expiry.RunAsync(Cancellation));

        // Bob's desk alone has something to say.
        var later = await Storage.ReadAsync(db => db.Deliveries.AsNoTracking().Where(d => d.RevocationId != disabled.Entry!.Id).ToListAsync(Cancellation));
        Assert.Equal(_home.Bob.Id, Assert.Single(later).UserId);
    }

    [Fact]
    public async Task Client_whose_offline_family_outlived_its_session_is_told_when_that_falls_too()
    {
        Clock.Advance(TimeSpan.FromHours(2));
        await Expiry.RunAsync(Cancellation);

        var disabled = await Storage.Cascade.RevokeAsync(
            new RevocationTarget.User(_home.Alice.Id), RevocationCause.UserDisabled, Targets.Server, Cancellation);

        var owed = await Storage.ReadAsync(db => db.Deliveries.AsNoTracking().Where(d => d.RevocationId == disabled.Entry!.Id).ToListAsync(Cancellation));
        Assert.Contains(owed, one => one.SessionId == _home.Laptop.Id && one.ClientId == _home["laptop-mail"].ClientId);
        Assert.DoesNotContain(owed, one => one.SessionId == _home.Laptop.Id && one.ClientId == _home.Web.Id);
    }

    [Fact]
    public async Task Use_in_the_same_moment_keeps_a_session_or_loses_it_never_both()
    {
        Clock.Advance(TimeSpan.FromHours(2).Subtract(TimeSpan.FromMilliseconds(1)));
        var used = Writes.RunAsync(
            (db, token) => SessionActivity.TouchAsync(
                db, _home.Laptop.Id, Clock.Now, new SessionIdle(TimeSpan.FromHours(2), TimeSpan.FromDays(14)), token),
            Cancellation);
        await used;
        Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, await Expiry.RunAsync(Cancellation));
        Assert.Contains("laptop-web", await _home.AliveAsync(), StringComparison.Ordinal);
    }

    private async Task AssertEndedAsync()
    {
        await Storage.SweepAllAsync();
        Assert.Equal(Offline, await _home.AliveAsync());
        Assert.True(await Storage.ReadAsync(db => db.LoginSessions.AllAsync(s => s.Status == Status.Expired && s.EndedAt == Clock.Now, Cancellation)));
        Assert.Equal(2, await Storage.ReadAsync(db => db.TokenFamilies.CountAsync(f => f.Status == Status.Expired, Cancellation)));
        var lines = await Storage.ReadAsync(db => db.Revocations.AsNoTracking().Where(r => r.Completes == null).ToListAsync(Cancellation));
        Assert.All(lines, line => Assert.Equal((RevocationCause.SessionExpired, RevocationActorKind.Server), (line.Cause, line.ActorKind)));

        // Laptop: web and mail; phone: web; desk: web.
        var owed = await Storage.ReadAsync(db => db.Deliveries.AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(4, owed.Count);
        Assert.Equal(2, owed.Count(one => one.SessionId == _home.Laptop.Id));
    }
}

public sealed class SqliteSessionExpiry() : SessionExpiryFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSessionExpiry() : SessionExpiryFacts(DatabaseProvider.PostgreSql);
