using System.Security.Cryptography;
using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>What lives on what, one sentence each; the full table of states is in <see cref="LivenessAgreementFacts"/>.</summary>
public abstract class LivenessFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private static readonly RevocationActor Nobody = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    private User _alice = null!;
    private Grant _grant = null!;
    private LoginSession _session = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _alice = await Seed.UserAsync("alice");
        _grant = await Seed.GrantAsync(_alice, await Seed.ClientAsync("web"));
        _session = await Seed.SessionAsync(_alice);
    }

    [Fact]
    public async Task Family_that_is_not_there_is_unknown() => Assert.Equal(DeathReason.Unknown, await WhyDeadAsync(Guid.Empty));

    [Fact]
    public async Task Family_of_a_device_needs_no_session() =>
        Assert.Null(await WhyDeadAsync((await Seed.FamilyAsync(_grant, session: null)).Id));

    [Fact]
    public async Task Family_ends_with_its_session_by_time_unless_it_is_offline()
    {
        var online = await Seed.FamilyAsync(_grant, _session);
        var offline = await Seed.FamilyAsync(_grant, _session, offline: true);
        Clock.Set(_session.IdleExpiresAt);

        Assert.Equal(DeathReason.SessionExpired, await WhyDeadAsync(online.Id));
        Assert.Null(await WhyDeadAsync(offline.Id));
    }

    [Fact]
    public async Task Family_of_a_revoked_session_lives_on_only_when_it_survives_logout()
    {
        var offline = await Seed.FamilyAsync(_grant, _session, offline: true);
        var survivor = await Seed.FamilyAsync(_grant, _session, offline: true, survivesLogout: true);
        await RevokeAsync(new RevocationTarget.Session(_session.Id));

        Assert.Equal(DeathReason.SessionRevoked, await WhyDeadAsync(offline.Id));
        Assert.Null(await WhyDeadAsync(survivor.Id));
    }

    [Fact]
    public async Task Family_is_dead_from_the_very_instant_it_expires()
    {
        var family = await Seed.FamilyAsync(_grant, session: null);
        Clock.Set(family.IdleExpiresAt.AddMicroseconds(-1));
        Assert.Null(await WhyDeadAsync(family.Id));

        Clock.Set(family.IdleExpiresAt);
        Assert.Equal(DeathReason.FamilyExpired, await WhyDeadAsync(family.Id));
    }

    [Fact]
    public async Task The_highest_ancestor_answers_for_what_fell_with_it()
    {
        var family = await Seed.FamilyAsync(_grant, _session);
        await RevokeAsync(new RevocationTarget.Family(family.Id));
        Assert.Equal(DeathReason.FamilyRevoked, await WhyDeadAsync(family.Id));
        await RevokeAsync(new RevocationTarget.Grant(_grant.Id));
        Assert.Equal(DeathReason.GrantRevoked, await WhyDeadAsync(family.Id));
        await RevokeAsync(new RevocationTarget.Session(_session.Id));
        Assert.Equal(DeathReason.SessionRevoked, await WhyDeadAsync(family.Id));
        await RevokeAsync(new RevocationTarget.Client(_grant.ClientId));
        Assert.Equal(DeathReason.ClientDisabled, await WhyDeadAsync(family.Id));
        await RevokeAsync(new RevocationTarget.User(_alice.Id));
        Assert.Equal(DeathReason.UserDisabled, await WhyDeadAsync(family.Id));
    }

    [Fact]
    public async Task Family_made_by_a_session_of_an_earlier_epoch_is_born_dead()
    {
        await RevokeAsync(new RevocationTarget.User(_alice.Id));
        await EnableAsync();

        var late = await Seed.FamilyAsync(_grant, _session);

        Assert.Equal(DeathReason.UserEpoch, await WhyDeadAsync(late.Id));
        Assert.Null(await FindSessionAsync(_session.KeyHash));
    }

    [Fact]
    public async Task Family_of_another_installation_is_dead()
    {
        var family = await Seed.FamilyAsync(_grant, _session);
        await Writes.RunAsync(
            (db, token) => db.Installation.ExecuteUpdateAsync(set => set.SetProperty(i => i.Epoch, 42), token), Cancellation);
        Assert.Equal(DeathReason.OtherInstallation, await WhyDeadAsync(family.Id));
    }

    [Fact]
    public async Task Scope_is_what_the_family_the_grant_and_the_client_have_in_common()
    {
        var family = await Seed.FamilyAsync(_grant, _session);
        await Writes.RunAsync(
            async (db, token) =>
            {
                await db.Grants.ExecuteUpdateAsync(set => set.SetProperty(g => g.Scope, "orders.read openid"), token);
                await db.Clients.ExecuteUpdateAsync(set => set.SetProperty(c => c.Scope, "openid profile"), token);
            },
            Cancellation);
        var (_, state) = await Storage.Liveness.FindFamilyAsync(family.Id, jti: null, Cancellation);
        Assert.Equal("openid", state?.EffectiveScope);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1_230_000)]
    [InlineData(9_999_990)]
    public async Task Family_is_read_as_EF_has_it(long ticks)
    {
        // SQLite's parts of a second are written as far as they go.
        Clock.Set(Clock.Now.AddTicks(ticks));
        var seeded = await Seed.FamilyAsync(_grant, _session);
        var family = await Storage.ReadAsync(db => db.TokenFamilies.AsNoTracking().SingleAsync(f => f.Id == seeded.Id, Cancellation));
        var session = await Storage.ReadAsync(db => db.LoginSessions.AsNoTracking().SingleAsync(s => s.Id == _session.Id, Cancellation));
        var user = await Storage.ReadAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.Id == _alice.Id, Cancellation));

        var state = (await Storage.Liveness.FindFamilyAsync(seeded.Id, jti: null, Cancellation)).State!;

        Assert.Equivalent(family, state.Family, strict: true);
        Assert.Equal(new FamilySession(session.Status, session.LastSeenAt, session.IdleExpiresAt, session.ExpiresAt, session.UserEpoch), state.Session);
        Assert.Equal(new FamilyGrant(_grant.Status, _grant.Scope), state.Grant);
        foreach (var told in typeof(FamilyUser).GetProperties())
        {
            Assert.Equal(typeof(User).GetProperty(told.Name)!.GetValue(user), told.GetValue(state.User));
        }
    }

    [Fact]
    public async Task Session_is_found_by_its_sid_and_its_key_together()
    {
        Assert.Equal(_session.Id, (await FindSessionAsync(_session.KeyHash))?.Session.Id);
        Assert.Null(await FindSessionAsync(RandomNumberGenerator.GetBytes(32)));
        Clock.Set(_session.IdleExpiresAt);
        Assert.Null(await FindSessionAsync(_session.KeyHash));
    }

    [Fact]
    public async Task Every_question_is_one_statement()
    {
        var family = await Seed.FamilyAsync(_grant, _session);
        await WhyDeadAsync(family.Id); // The client is read once, and remembered.
        await AssertOneStatementAsync(() => WhyDeadAsync(family.Id));
        await AssertOneStatementAsync(() => WhyDeadAsync(family.Id, "a-jti"));
        await AssertOneStatementAsync(() => FindSessionAsync(_session.KeyHash));
        await AssertOneStatementAsync(() => Storage.Liveness.FindClientTokenAsync(_grant.ClientId, "a-jti", Cancellation));
        await AssertOneStatementAsync(() => Storage.ReadAsync(db => db.AliveFamilies(Clock.Now).CountAsync(Cancellation)));
    }

    private async Task AssertOneStatementAsync<T>(Func<Task<T>> question)
    {
        Watch.Statements.Clear();
        await question();
        Assert.Single(Watch.Statements);
    }

    private async Task<DeathReason?> WhyDeadAsync(Guid family, string? jti = null) =>
        Liveness.WhyDead((await Storage.Liveness.FindFamilyAsync(family, jti, Cancellation)).State, Clock.Now);

    private Task<SessionState?> FindSessionAsync(byte[] keyHash) =>
        Storage.ReadAsync(db => db.FindSessionAsync(_session.Id, keyHash, Clock.Now, Cancellation));

    private Task<RevocationReceipt> RevokeAsync(RevocationTarget target) => Storage.Cascade.RevokeAsync(target, RevocationCause.ClientRequest, Nobody, Cancellation);

    private Task<int> EnableAsync() => Writes.RunAsync(
        (db, token) => db.Users.ExecuteUpdateAsync(set => set.SetProperty(u => u.Disabled, false), token), Cancellation);
}

public sealed class SqliteLiveness() : LivenessFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlLiveness() : LivenessFacts(DatabaseProvider.PostgreSql);
