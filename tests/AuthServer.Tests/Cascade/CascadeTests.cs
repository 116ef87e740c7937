using AuthServer.Database;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>Downward only, never wider than asked, once, and on record (docs/cascade.md).</summary>
public abstract class CascadeFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private const string Everything = "laptop-web laptop-mail laptop-native phone-web device-web bob-web";

    private static readonly RevocationActor Operator = new(
        RevocationActorKind.Operator, Guid.Parse("01890000-0000-7000-8000-000000000001"), "192.0.2.7", "request-1");

    private Household _home = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _home = await Household.MoveInAsync(Storage);
    }

    [Theory]
    [InlineData(RevocationTargetKind.AccessToken, Everything, 0)]
    [InlineData(RevocationTargetKind.Family, "laptop-mail laptop-native phone-web device-web bob-web", 1)]
    [InlineData(RevocationTargetKind.Session, "laptop-native phone-web device-web bob-web", 2)]
    [InlineData(RevocationTargetKind.Grant, "laptop-mail laptop-native bob-web", 3)]
    [InlineData(RevocationTargetKind.User, "bob-web", 5)]
    [InlineData(RevocationTargetKind.Client, "laptop-mail laptop-native", 4)]
    [InlineData(RevocationTargetKind.Installation, "", 6)]
    public async Task What_is_below_falls_and_what_is_beside_lives(RevocationTargetKind kind, string survivors, int fallen)
    {
        Assert.Equal(Everything, await _home.AliveAsync());

        var receipt = await RevokeAsync(_home.Target(kind));

        Assert.Equal(survivors, await _home.AliveAsync());
        Assert.Equal(fallen, receipt.Entry?.Families);
    }

    [Theory]
    [InlineData(RevocationTargetKind.AccessToken)]
    [InlineData(RevocationTargetKind.Family)]
    [InlineData(RevocationTargetKind.Session)]
    [InlineData(RevocationTargetKind.Grant)]
    [InlineData(RevocationTargetKind.User)]
    [InlineData(RevocationTargetKind.Client)]
    public async Task Second_call_receives_nothing_and_leaves_no_line_in_the_ledger(RevocationTargetKind kind)
    {
        var target = _home.Target(kind);
        Assert.True((await RevokeAsync(target)).Withdrawn);
        Assert.Equal(RevocationReceipt.Nothing, await RevokeAsync(target));
        Assert.Equal(1, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));
    }

    [Theory]
    [InlineData(RevocationTargetKind.AccessToken)]
    [InlineData(RevocationTargetKind.Family)]
    [InlineData(RevocationTargetKind.Session)]
    [InlineData(RevocationTargetKind.Grant)]
    [InlineData(RevocationTargetKind.User)]
    [InlineData(RevocationTargetKind.Client)]
    public async Task Of_twenty_at_once_exactly_one_wins(RevocationTargetKind kind)
    {
        var target = _home.Target(kind);
        var receipts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => RevokeAsync(target))));

        Assert.Single(receipts, receipt => receipt.Withdrawn);
        Assert.Equal(1, await Storage.ReadAsync(db => db.Revocations.CountAsync(Cancellation)));
    }

    [Fact]
    public async Task What_never_was_is_withdrawn_by_nobody()
    {
        Assert.Equal(RevocationReceipt.Nothing, await RevokeAsync(new RevocationTarget.Family(Guid.Empty)));
        Assert.Equal(RevocationReceipt.Nothing, await RevokeAsync(new RevocationTarget.User(Guid.Empty)));
        Assert.Equal(Everything, await _home.AliveAsync());
    }

    [Theory]
    [InlineData(RevocationTargetKind.AccessToken, true, true)]
    [InlineData(RevocationTargetKind.Family, true, true)]
    [InlineData(RevocationTargetKind.Session, true, false)]
    [InlineData(RevocationTargetKind.Grant, true, true)]
    [InlineData(RevocationTargetKind.User, true, false)]
    [InlineData(RevocationTargetKind.Client, false, true)]
    public async Task Ledger_says_who_withdrew_what_when_why_and_whose_it_was(RevocationTargetKind kind, bool ofAlice, bool ofWeb)
    {
        var target = _home.Target(kind);
        var receipt = await RevokeAsync(target);

        var line = await Storage.ReadAsync(db => db.Revocations.AsNoTracking().SingleAsync(Cancellation));
        Assert.Equivalent(receipt.Entry, line, strict: true);
        Assert.Equal(Clock.Now, line.At);
        Assert.Equal(DateTimeKind.Utc, line.At.Kind);
        Assert.Equal((kind, target.Id), (line.TargetKind, line.TargetId));
        Assert.Equal(kind == RevocationTargetKind.AccessToken ? "the-jti" : null, line.Jti);
        Assert.Equal(RevocationCause.GrantRemoved, line.Cause);
        Assert.Equal(ofAlice ? _home.Alice.Id : null, line.UserId);
        Assert.Equal(ofWeb ? _home.Web.Id : null, line.ClientId);
        Assert.Equal(Operator, new RevocationActor(line.ActorKind, line.ActorId, line.Address, line.CorrelationId));
    }

    [Fact]
    public async Task Access_token_withdrawn_alone_is_dead_while_its_family_lives()
    {
        await RevokeAsync(_home.Target(RevocationTargetKind.AccessToken));

        Assert.Equal(DeathReason.AccessTokenRevoked, await WhyDeadAsync("the-jti"));
        Assert.Null(await WhyDeadAsync("another-jti"));
        var kept = await Storage.ReadAsync(db => db.RevokedAccessTokens.AsNoTracking().SingleAsync(Cancellation));
        Assert.Equal(Clock.Now.AddMinutes(10), kept.ExpiresAt);
    }

    [Fact]
    public async Task Session_that_has_expired_can_still_be_signed_out_and_its_offline_families_fall()
    {
        await Writes.RunAsync(
            (db, token) => db.LoginSessions.Where(s => s.Id == _home.Laptop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.Status, Grants.Entities.Status.Expired), token),
            Cancellation);
        Assert.Equal("laptop-mail laptop-native phone-web device-web bob-web", await _home.AliveAsync());

        Assert.True((await RevokeAsync(new RevocationTarget.Session(_home.Laptop.Id))).Withdrawn);

        Assert.Equal("laptop-native phone-web device-web bob-web", await _home.AliveAsync());
    }

    [Fact]
    public async Task Withdrawing_one_thing_after_another_never_brings_anything_back()
    {
        var alive = (await _home.AliveAsync()).Split(' ').ToHashSet(StringComparer.Ordinal);
        foreach (var kind in Enum.GetValues<RevocationTargetKind>())
        {
            await RevokeAsync(_home.Target(kind));
            var now = (await _home.AliveAsync()).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Subset(alive, now.ToHashSet(StringComparer.Ordinal));
            alive = now.ToHashSet(StringComparer.Ordinal);
        }

        Assert.Empty(alive);
    }

    private Task<RevocationReceipt> RevokeAsync(RevocationTarget target) =>
        Storage.Cascade.RevokeAsync(target, RevocationCause.GrantRemoved, Operator, Cancellation);

    private Task<DeathReason?> WhyDeadAsync(string jti) => Storage.ReadAsync(
        async _ => Liveness.WhyDead((await Storage.Liveness.FindFamilyAsync(_home["laptop-web"].Id, jti, Cancellation)).State, Clock.Now));
}

public sealed class SqliteCascade() : CascadeFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlCascade() : CascadeFacts(DatabaseProvider.PostgreSql);
