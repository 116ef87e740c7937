using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>Each cause against itself, against rotation and against redemption: one winner, one set of notices, nothing alive that fell.</summary>
public abstract class CascadeRaceFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private static readonly FamilyEnds Ends = new(TimeSpan.FromDays(30), TimeSpan.FromDays(365));

    private static readonly RotationTimes Times = new(
        TimeSpan.FromSeconds(30), TimeSpan.FromDays(30), new SessionIdle(TimeSpan.FromHours(2), TimeSpan.FromDays(14)));

    private Household _home = null!;

    private FamilyRotation Rotation => new(Writes, Storage.Cascade, Storage.Liveness, Clock);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _home = await Household.MoveInAsync(Storage);
        await Storage.TellEverybodyAsync();
    }

    [Theory]
    [MemberData(nameof(Targets.All), MemberType = typeof(Targets))]
    public async Task Twenty_at_once_have_one_winner_and_owe_one_set_of_notices(string name, string survivors, bool again)
    {
        var (target, cause) = Targets.Of(_home, Storage, name);
        var receipts = await AtOnceAsync(20, () => Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation));

        Assert.Equal(again ? 20 : 1, receipts.Count(receipt => receipt.Withdrawn));
        Assert.True(receipts.Count(receipt => receipt.Told > 0) <= 1);
        var lines = await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation));
        Assert.Equal(receipts.Count(receipt => receipt.Withdrawn), lines);
        var owed = await Storage.ReadAsync(db => db.Deliveries.AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(owed.Count, owed.DistinctBy(one => (one.Kind, one.ClientId, one.UserId, one.SessionId)).Count());
        Assert.Equal(receipts.Sum(receipt => receipt.Told), owed.Count);
        Assert.Equal(survivors, await _home.AliveAsync());
    }

    [Theory]
    [MemberData(nameof(Targets.All), MemberType = typeof(Targets))]
    public async Task Redemption_at_the_same_moment_leaves_nothing_alive_that_fell(string name, string survivors, bool again)
    {
        var (target, cause) = Targets.Of(_home, Storage, name);
        var redeeming = _home.Families.Select(family => Task.Run(() => Rotation.RedeemAsync(family.Id, Ends, jkt: null, Targets.Server, Cancellation), Cancellation)).ToList();
        var receipts = await AtOnceAsync(4, () => Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation));

        Assert.Equal(survivors, await _home.AliveAsync());
        await Task.WhenAll(redeeming);
        Assert.Equal(survivors, await _home.AliveAsync());
        Assert.Equal(again ? 4 : 1, receipts.Count(receipt => receipt.Withdrawn));
    }

    [Theory]
    [MemberData(nameof(Targets.All), MemberType = typeof(Targets))]
    public async Task Rotation_at_the_same_moment_leaves_nothing_alive_that_fell(string name, string survivors, bool again)
    {
        var redeemed = new List<TokenFamily>();
        foreach (var family in _home.Families)
        {
            redeemed.Add(Assert.IsType<RotationOutcome.Current>(await Rotation.RedeemAsync(family.Id, Ends, jkt: null, Targets.Server, Cancellation)).State.Family);
        }

        var (target, cause) = Targets.Of(_home, Storage, name);
        var rotating = redeemed.SelectMany(family => Enumerable.Range(0, 3).Select(_ => Task.Run(
            () => Rotation.RotateAsync(Storage, family, Times), Cancellation))).ToList();
        var receipts = await AtOnceAsync(4, () => Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation));

        Assert.Equal(survivors, await _home.AliveAsync());
        await Task.WhenAll(rotating);
        Assert.Equal(survivors, await _home.AliveAsync());
        Assert.Equal(again ? 4 : 1, receipts.Count(receipt => receipt.Withdrawn));
        Assert.DoesNotContain(await Task.WhenAll(rotating), outcome => outcome is RotationOutcome.Replayed or RotationOutcome.Ahead);
    }

    [Fact]
    public async Task Every_scope_that_is_taken_at_the_same_moment_is_taken()
    {
        string[] scopes = [.. Enumerable.Range(0, 12).Select(i => $"s{i}")];
        await Writes.RunAsync(
            async (db, token) =>
            {
                await db.Grants.ExecuteUpdateAsync(set => set.SetProperty(g => g.Scope, $"openid {string.Join(' ', scopes)}"), token);
                await db.Clients.ExecuteUpdateAsync(set => set.SetProperty(c => c.Scope, $"openid {string.Join(' ', scopes)}"), token);
            },
            Cancellation);

        var taken = await Task.WhenAll(scopes.SelectMany(scope => new RevocationTarget[]
            {
                new RevocationTarget.GrantScope(_home.AliceToWeb.Id, scope), new RevocationTarget.ClientScope(_home.Web.Id, scope),
            })
            .Select(target => Task.Run(
                () => Storage.Cascade.RevokeAsync(target, RevocationCause.ScopeRemoved, Targets.Server, Cancellation), Cancellation)));

        Assert.All(taken, receipt => Assert.True(receipt.Withdrawn));
        Assert.Equal("openid", await Storage.ReadAsync(db => db.Grants.Where(g => g.Id == _home.AliceToWeb.Id).Select(g => g.Scope).SingleAsync(Cancellation)));
        Assert.Equal("openid", await Storage.ReadAsync(db => db.Clients.Where(c => c.Id == _home.Web.Id).Select(c => c.Scope).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task Consent_given_while_the_grant_is_removed_is_a_grant_of_its_own()
    {
        var opening = new FamilyOpening(Writes, Clock);
        var consents = Enumerable.Range(0, 10).Select(_ => Task.Run(
            () => opening.AllowAsync(_home.Alice.Id, _home.Web.Id, "openid", Cancellation), Cancellation)).ToList();
        var receipts = await AtOnceAsync(
            4, () => Storage.Cascade.RevokeAsync(new RevocationTarget.Grant(_home.AliceToWeb.Id), RevocationCause.GrantRemoved, Targets.Server, Cancellation));
        await Task.WhenAll(consents);

        Assert.Single(receipts, receipt => receipt.Withdrawn);
        Assert.Equal("laptop-mail laptop-native bob-web", await _home.AliveAsync());
        Assert.Equal(Status.Revoked, await Storage.ReadAsync(
            db => db.Grants.Where(g => g.Id == _home.AliceToWeb.Id).Select(g => g.Status).SingleAsync(Cancellation)));
        Assert.True(1 >= await Storage.ReadAsync(
            db => db.Grants.CountAsync(g => g.UserId == _home.Alice.Id && g.ClientId == _home.Web.Id && g.Status == Status.Valid, Cancellation)));
    }

    [Fact]
    public async Task Refreshes_of_one_session_whose_use_is_due_do_not_wait_for_each_other_for_ever()
    {
        var families = new List<TokenFamily>();
        for (var i = 0; i < 2; i++)
        {
            var family = await Seed.FamilyAsync(_home.AliceToWeb, _home.Laptop);
            families.Add(Assert.IsType<RotationOutcome.Current>(await Rotation.RedeemAsync(family.Id, Ends, jkt: null, Targets.Server, Cancellation)).State.Family);
        }

        Clock.Advance(TimeSpan.FromMinutes(5));
        Watch.Statements.Clear();
        using var both = new CountdownEvent(2);
        Watch.BeforeStatement = sql =>
        {
            if (sql.StartsWith("UPDATE \"LoginSessions\"", StringComparison.Ordinal) && !both.IsSet)
            {
                both.Signal();
                both.Wait(TimeSpan.FromMilliseconds(300), Cancellation);
            }
        };

        var outcomes = await Task.WhenAll(families.Select(family => Task.Run(
            () => Rotation.RotateAsync(Storage, family, Times), Cancellation)));

        Assert.All(outcomes, outcome => Assert.IsType<RotationOutcome.Current>(outcome));

        // More than one statement a refresh: the database had to break a deadlock, a second later, and one of them ran again.
        Assert.Equal(2, Watch.Statements.Count(sql => sql.StartsWith("UPDATE \"TokenFamilies\"", StringComparison.Ordinal)));
    }

    private static Task<T[]> AtOnceAsync<T>(int count, Func<Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(act, Cancellation)));
}

public sealed class SqliteCascadeRaces() : CascadeRaceFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlCascadeRaces() : CascadeRaceFacts(DatabaseProvider.PostgreSql);
