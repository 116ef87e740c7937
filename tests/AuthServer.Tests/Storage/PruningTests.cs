using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Storage;

/// <summary>What is dead and past its retention goes; what somebody still needs to know stays; nothing alive is touched.</summary>
public abstract class PruningFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private static readonly PruningTimes Times = new(TimeSpan.FromDays(7), TimeSpan.FromDays(30));

    private Household _home = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _home = await Household.MoveInAsync(Storage);
        await Storage.TellEverybodyAsync();
    }

    [Fact]
    public async Task Nothing_alive_goes()
    {
        Assert.Equal(0, await PruneAsync());
        Assert.Equal(Targets.Everything, await _home.AliveAsync());
    }

    [Fact]
    public async Task Family_past_its_end_is_marked_and_stays_while_its_session_lives()
    {
        await Writes.RunAsync(
            async (db, token) =>
            {
                await db.LoginSessions.ExecuteUpdateAsync(set => set.SetProperty(s => s.IdleExpiresAt, Clock.Now.AddDays(400)), token);
                await db.Database.ExecuteSqlAsync($"""UPDATE "LoginSessions" SET "ExpiresAt" = {Clock.Now.AddDays(400)}""", token);
            },
            Cancellation);
        await RevokeAsync(new RevocationTarget.Family(_home["laptop-web"].Id));
        Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal("", await _home.AliveAsync());

        // The device has no session to wait for, but its retention only begins now.
        Assert.Equal(0, await PruneAsync());
        Assert.Equal(5, await CountAsync(db => db.TokenFamilies.Where(f => f.Status == Status.Expired && f.EndedAt == Clock.Now)));
        Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(1, await PruneAsync());
        Assert.Equal(0, await CountAsync(db => db.TokenFamilies.Where(f => f.SessionId == null)));

        // Still everybody of the laptop can be told.
        var signOut = await RevokeAsync(new RevocationTarget.Session(_home.Laptop.Id));
        Assert.Equal(2, signOut.Told);
        await Storage.SweepAllAsync();
        Assert.Equal(0, await PruneAsync());
        Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(4, await PruneAsync());
        Assert.Equal(2, await CountAsync(db => db.LoginSessions));
    }

    [Fact]
    public async Task Session_stays_as_long_as_an_offline_family_lives_from_it()
    {
        Clock.Advance(TimeSpan.FromHours(3));
        await new SessionExpiry(Storage.Contexts, Storage.Cascade, Clock).RunAsync(Cancellation);
        await Storage.SweepAllAsync();
        Clock.Advance(TimeSpan.FromDays(8));

        await PruneAsync();

        Assert.Equal("laptop-mail laptop-native phone-web device-web", await _home.AliveAsync(known: false));
        Assert.Equal(2, await CountAsync(db => db.LoginSessions));
        Assert.Equal(4, await CountAsync(db => db.TokenFamilies));
    }

    [Fact]
    public async Task Grant_goes_after_its_last_family()
    {
        await RevokeAsync(new RevocationTarget.Grant(_home.AliceToWeb.Id));
        await RevokeAsync(new RevocationTarget.User(_home.Alice.Id));
        await Storage.SweepAllAsync();
        Clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, await PruneAsync());
        Clock.Advance(TimeSpan.FromDays(1));
        await PruneAsync();
        Assert.Equal(0, await CountAsync(db => db.Grants.Where(g => g.Id == _home.AliceToWeb.Id)));
        Assert.Equal(2, await CountAsync(db => db.Grants));
        Assert.Equal(1, await CountAsync(db => db.TokenFamilies));
    }

    [Theory]
    [InlineData(true, "bob-web", 1, 1)]
    [InlineData(false, "laptop-mail laptop-native", 3, 1)]
    public async Task What_belonged_to_the_deleted_goes_once_it_is_counted(bool user, string survivors, int sessions, int grants)
    {
        var deleted = user
            ? await RevokeAsync(new RevocationTarget.DeletedUser(_home.Alice.Id), RevocationCause.UserDeleted)
            : await RevokeAsync(new RevocationTarget.DeletedClient(_home.Web.Id), RevocationCause.ClientDeleted);
        Assert.Equal(0, await PruneAsync());
        await Storage.SweepAllAsync();

        await PruneAsync();

        Assert.Equal(survivors, await _home.AliveAsync(known: false));
        Assert.Equal(survivors.Split(' ').Length, await CountAsync(db => db.TokenFamilies));
        Assert.Equal(sessions, await CountAsync(db => db.LoginSessions));
        Assert.Equal(grants, await CountAsync(db => db.Grants));
        var completed = await Storage.ReadAsync(db => db.Revocations.AsNoTracking().SingleAsync(r => r.Completes == deleted.Entry!.Id, Cancellation));
        Assert.Equal(deleted.Entry!.Families, completed.Families);
    }

    [Fact]
    public async Task Exceptions_go_with_their_tokens_and_deliveries_when_they_are_settled_and_old()
    {
        await RevokeAsync(_home.Target(RevocationTargetKind.AccessToken));
        var told = (await RevokeAsync(_home.Target(RevocationTargetKind.Session))).Told;
        await Storage.SweepAllAsync();
        await SettleAsync(DeliveryState.Acknowledged, 1);
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, await PruneAsync());
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await PruneAsync());
        Clock.Advance(TimeSpan.FromDays(30));
        await PruneAsync();
        Assert.Equal(told - 1, await CountAsync(db => db.Deliveries));
        await SettleAsync(DeliveryState.Failed, told);
        await PruneAsync();
        Assert.Equal(0, await CountAsync(db => db.Deliveries));
    }

    [Fact]
    public async Task What_was_used_once_goes_when_it_would_be_refused_by_its_age()
    {
        var once = new SingleUse(Writes);
        Assert.True(await once.TryUseAsync("kind", "sender", "jti", Clock.Now.AddMinutes(1), Cancellation));
        Assert.True(await once.TryUseAsync("kind", "sender", "later", Clock.Now.AddMinutes(2), Cancellation));
        Assert.True(await once.TryUseAsync("kind", "other", "jti", Clock.Now.AddMinutes(2), Cancellation));
        Assert.True(await once.TryUseAsync("other", "sender", "jti", Clock.Now.AddMinutes(2), Cancellation));
        Assert.False(await once.TryUseAsync("kind", "sender", "jti", Clock.Now.AddMinutes(3), Cancellation));
        Clock.Advance(TimeSpan.FromMinutes(6) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await PruneAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await PruneAsync());

        Assert.Equal(3, await CountAsync(db => db.UsedOnce));
    }

    [Fact]
    public async Task Pushed_requests_go_when_nobody_can_bring_them_any_more()
    {
        await Writes.RunAsync(
            (db, token) =>
            {
                db.PushedRequests.Add(new PushedRequest
                {
                    ReferenceHash = new byte[32], ClientId = _home.Web.Id, Parameters = "{}", ExpiresAt = Clock.Now.AddSeconds(90),
                });
                return db.SaveChangesAsync(token);
            },
            Cancellation);
        Clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(0, await PruneAsync());
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await PruneAsync());
    }

    [Fact]
    public async Task Walk_goes_on_where_the_run_before_it_stopped_and_begins_anew_at_the_end()
    {
        const int Count = (Pruning.Batch * Pruning.BatchesPerRun) + 300;
        await Storage.CopyFamilyAsync(_home["device-web"], Count);
        await RevokeAsync(new RevocationTarget.DeletedClient(_home.Web.Id), RevocationCause.ClientDeleted);
        await Storage.SweepAllAsync();
        var pruning = new Pruning(Storage.Contexts, Writes, Clock);
        await pruning.RunAsync(Times, Cancellation);
        Assert.InRange(await CountAsync(db => db.TokenFamilies.Where(f => f.ClientId == _home.Web.Id)), 290, 310);
        await pruning.RunAsync(Times, Cancellation);
        Assert.Equal(2, await CountAsync(db => db.TokenFamilies));
        await RevokeAsync(new RevocationTarget.User(_home.Alice.Id));
        await Storage.SweepAllAsync();
        Clock.Advance(TimeSpan.FromDays(7));
        await pruning.RunAsync(Times, Cancellation);
        Assert.Equal(0, await CountAsync(db => db.TokenFamilies));
    }

    private Task<int> SettleAsync(DeliveryState state, int count) => Writes.RunAsync(
        (db, token) => db.Deliveries.Where(d => d.State == DeliveryState.Pending).OrderBy(d => d.Id).Take(count)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, state).SetProperty(d => d.NextAttemptAt, (DateTime?)null), token),
        Cancellation);

    private Task<int> PruneAsync() => new Pruning(Storage.Contexts, Writes, Clock).RunAsync(Times, Cancellation);

    private Task<RevocationReceipt> RevokeAsync(RevocationTarget target, RevocationCause cause = RevocationCause.SignOut) =>
        Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation);

    private Task<int> CountAsync<T>(Func<AuthServerDbContext, IQueryable<T>> rows) => Storage.ReadAsync(db => rows(db).CountAsync(Cancellation));
}

public sealed class SqlitePruning() : PruningFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlPruning() : PruningFacts(DatabaseProvider.PostgreSql);
