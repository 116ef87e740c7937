using System.Security.Cryptography;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>
/// Liveness says the same thing twice: once as SQL, which the lists and the WHERE of every rotation use, and once as C#, which says why not.
/// Here both answer for every state with at most two ancestors astray, over every kind of session.
/// </summary>
public abstract class LivenessAgreementFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private static readonly string[] FamilyStates = ["valid", "revoked", "expired", "past its end", "idle", "revoked, past its end"];
    private static readonly string[] GrantStates = ["valid", "valid, not offline", "revoked", "expired", "absent"];
    private static readonly string[] UserStates = ["enabled", "disabled", "stepped", "absent"];
    private static readonly string[] ClientStates = ["enabled", "enabled, not offline", "disabled", "stepped", "absent"];
    private static readonly string[] InstallationStates = ["this", "another"];

    private static readonly string[] SessionStates =
        ["none", "valid", "past its end", "idle", "expired", "revoked", "revoked, past its end", "of another epoch", "absent"];

    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);

    [Fact]
    public async Task Sql_and_code_agree_on_who_is_alive()
    {
        var states = States().ToList();
        var families = await InsertAsync(states);

        var alive = (await Storage.ReadAsync(db => db.AliveFamilies(Clock.Now).Select(f => f.Id).ToListAsync(Cancellation))).ToHashSet();
        var read = await ReadAllAsync();

        Assert.Equal(states.Count, read.Count);
        var disagreements = families
            .Select(pair => (State: pair.Value, Alive: alive.Contains(pair.Key), Reason: Liveness.WhyDead(read[pair.Key], Clock.Now)))
            .Where(answer => answer.Alive != (answer.Reason is null))
            .Select(answer => $"{answer.State}: SQL says {(answer.Alive ? "alive" : "dead")}, code says {answer.Reason?.ToString() ?? "alive"}");
        var all = string.Join(" ; ", disagreements);
        Assert.True(all.Length == 0, all);
        Assert.InRange(alive.Count, 10, states.Count / 10);
    }

    [Fact]
    public async Task One_family_read_by_its_key_has_the_ancestors_that_the_join_finds_and_rotates_where_it_lives()
    {
        var families = await InsertAsync(States().Where((_, index) => index % 29 == 0));
        var read = await ReadAllAsync();
        var rotation = new FamilyRotation(Writes, Storage.Cascade, Storage.Liveness, Clock);
        var times = new RotationTimes(TimeSpan.FromSeconds(30), TimeSpan.FromDays(30), new SessionIdle(TimeSpan.FromHours(2), TimeSpan.FromDays(14)));
        await Writes.RunAsync((db, token) => db.Database.ExecuteSqlRawAsync("""UPDATE "TokenFamilies" SET "Generation" = 1""", token), Cancellation);
        var rows = await Storage.ReadAsync(db => db.TokenFamilies.AsNoTracking().ToDictionaryAsync(f => f.Id, Cancellation));
        foreach (var (id, state) in families)
        {
            var found = (await Storage.Liveness.FindFamilyAsync(id, jti: null, Cancellation)).State;
            var reason = Liveness.WhyDead(read[id], Clock.Now);
            Assert.True(reason == Liveness.WhyDead(found, Clock.Now), state.ToString());

            // The WHERE of a rotation is written out a second time, below EF.
            var outcome = await rotation.RotateAsync(Storage, rows[id], times);
            Assert.True(reason is null ? outcome is RotationOutcome.Current { State.Family.Generation: 2 } : outcome is RotationOutcome.Dead dead && dead.Reason == reason, $"{state}: {outcome}");
        }
    }

    private static IEnumerable<State> States() =>
        from family in FamilyStates
        from grant in GrantStates
        from user in UserStates
        from client in ClientStates
        from installation in InstallationStates
        let state = new State(family, grant, user, client, installation, "none", Offline: false, SurvivesLogout: false)
        where state.Astray <= 2
        from session in SessionStates
        from offline in (bool[])[false, true]
        from survives in (bool[])[false, true]
        select state with { Session = session, Offline = offline, SurvivesLogout = survives };

    private async Task<Dictionary<Guid, State>> InsertAsync(IEnumerable<State> states)
    {
        var epoch = await Storage.ReadAsync(db => db.Installation.Select(i => i.Epoch).SingleAsync(Cancellation));
        await Writes.RunAsync(InsertParentsAsync, Cancellation);
        var families = states.ToDictionary(_ => NewId());
        foreach (var chunk in families.Chunk(1000))
        {
            await Writes.RunAsync(
                async (db, token) =>
                {
                    db.AddRange(chunk.Select(pair => NewFamily(pair.Key, pair.Value, epoch)));
                    foreach (var entry in db.ChangeTracker.Entries<TokenFamily>().ToList())
                    {
                        entry.Property(f => f.Status).CurrentValue = Word(families[entry.Entity.Id].Family);
                    }

                    await db.SaveChangesAsync(token);
                },
                Cancellation);
        }

        return families;
    }

    private async Task InsertParentsAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        foreach (var state in UserStates.Where(state => state != "absent"))
        {
            var name = $"u{state}@example.com";
            var user = db.Add(new User { Id = Id("user", state), UserName = name, NormalizedUserName = name, NormalizedEmail = name });
            user.Property(u => u.Disabled).CurrentValue = state == "disabled";
            user.Property(u => u.Epoch).CurrentValue = state == "stepped" ? 4 : 3;
        }

        foreach (var state in ClientStates.Where(state => state != "absent"))
        {
            var client = db.Add(new Client { Id = Id("client", state), ClientId = state, TokenEndpointAuthMethod = "none", Scope = Scope(state), CreatedAt = Clock.Now });
            client.Property(c => c.Disabled).CurrentValue = state == "disabled";
            client.Property(c => c.Epoch).CurrentValue = state == "stepped" ? 6 : 5;
        }

        // Its own user and client columns do not matter to liveness; they are there for the unique index.
        foreach (var state in GrantStates.Where(state => state != "absent"))
        {
            db.Add(new Grant
            {
                Id = Id("grant", state),
                UserId = Id("user", "enabled"),
                ClientId = Id("client", state == "valid" ? "enabled" : "stepped"),
                Scope = Scope(state),
                FirstGivenAt = Clock.Now,
                LastGivenAt = Clock.Now,
            }).Property(g => g.Status).CurrentValue = Word(state);
        }

        foreach (var state in SessionStates.Where(state => state is not ("none" or "absent")))
        {
            db.Add(NewSession(state)).Property(s => s.Status).CurrentValue = Word(state);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private LoginSession NewSession(string state) => new()
    {
        Id = Id("session", state),
        UserId = Id("user", "enabled"),
        KeyHash = RandomNumberGenerator.GetBytes(32),
        CreatedAt = Clock.Now,
        AuthTime = Clock.Now,
        LastSeenAt = Clock.Now,
        IdleExpiresAt = state == "idle" ? Clock.Now : Clock.Now.AddHours(1),
        ExpiresAt = End(state),
        Amr = "pwd",
        UserEpoch = state == "of another epoch" ? 2 : 3,
    };

    private TokenFamily NewFamily(Guid id, State state, long epoch) => new()
    {
        Id = id,
        GrantId = Id("grant", state.Grant),
        UserId = Id("user", state.User),
        ClientId = Id("client", state.Client),
        SessionId = state.Session == "none" ? null : Id("session", state.Session),
        Scope = Scope("valid"),
        RedirectUri = "https://client.example/cb",
        AuthTime = Clock.Now,
        Amr = "pwd",
        Offline = state.Offline,
        SurvivesLogout = state.SurvivesLogout,
        CreatedAt = Clock.Now,
        IdleExpiresAt = state.Family == "idle" ? Clock.Now : Clock.Now.AddHours(1),
        ExpiresAt = End(state.Family),
        Stamp = RandomNumberGenerator.GetBytes(16),
        InstallationEpoch = state.Installation == "this" ? epoch : epoch + 1,
        UserEpoch = 3,
        ClientEpoch = 5,
    };

    private Task<Dictionary<Guid, FamilyState>> ReadAllAsync() => Storage.ReadAsync(async db =>
    {
        var installation = await db.Installation.Select(i => new InstallationState(i.Epoch, i.KeysVersion, i.RegistryVersion)).SingleAsync(Cancellation);
        var grants = await db.Grants.AsNoTracking().ToDictionaryAsync(g => g.Id, g => new FamilyGrant(g.Status, g.Scope), Cancellation);
        var users = await db.Users.AsNoTracking().ToDictionaryAsync(u => u.Id, u => new FamilyUser { Disabled = u.Disabled, Epoch = u.Epoch }, Cancellation);
        var clients = await db.Clients.AsNoTracking().ToDictionaryAsync(c => c.Id, Cancellation);
        var sessions = await db.LoginSessions.AsNoTracking().ToDictionaryAsync(
            s => s.Id, s => new FamilySession(s.Status, s.LastSeenAt, s.IdleExpiresAt, s.ExpiresAt, s.UserEpoch), Cancellation);
        return await db.TokenFamilies.AsNoTracking().ToDictionaryAsync(
            f => f.Id,
            f => new FamilyState(
                f, grants.GetValueOrDefault(f.GrantId), users.GetValueOrDefault(f.UserId), clients.GetValueOrDefault(f.ClientId),
                sessions.GetValueOrDefault(f.SessionId ?? Guid.Empty), installation, AccessTokenRevoked: false),
            Cancellation);
    });

    private DateTime End(string state) => state.EndsWith("past its end", StringComparison.Ordinal) ? Clock.Now : Clock.Now.AddHours(1);

    private static string Scope(string state) => state.EndsWith("not offline", StringComparison.Ordinal) ? "openid" : "openid offline_access orders.read";

    private static Status Word(string state) =>
        state.StartsWith("revoked", StringComparison.Ordinal) ? Status.Revoked : state == "expired" ? Status.Expired : Status.Valid;

    private Guid Id(string kind, string state)
    {
        var key = $"{kind} {state}";
        return _ids.TryGetValue(key, out var id) ? id : _ids[key] = NewId();
    }

    private Guid NewId() => Guid.CreateVersion7(Clock.GetUtcNow());

    private sealed record State(
        string Family, string Grant, string User, string Client, string Installation, string Session, bool Offline, bool SurvivesLogout)
    {
        public int Astray => (Family == "valid" ? 0 : 1) + (Grant == "valid" ? 0 : 1) + (User == "enabled" ? 0 : 1)
            + (Client == "enabled" ? 0 : 1) + (Installation == "this" ? 0 : 1);
    }
}

public sealed class SqliteLivenessAgreement() : LivenessAgreementFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlLivenessAgreement() : LivenessAgreementFacts(DatabaseProvider.PostgreSql);
