using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.Tests.Storage;

/// <summary>
/// Units beside one another on PostgreSQL: a withdrawal of a parent is not acknowledged while a unit that found the parent alive is still open,
/// and a unit that comes behind the withdrawal finds it.
/// </summary>
public sealed class ParentLocksTests() : StorageFacts(DatabaseProvider.PostgreSql)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly FamilyEnds Ends = new(TimeSpan.FromDays(30), TimeSpan.FromDays(365));

    private static readonly RotationTimes Times = new(
        TimeSpan.FromSeconds(30), TimeSpan.FromDays(30), new SessionIdle(TimeSpan.FromHours(2), TimeSpan.FromDays(14)));

    private Household _home = null!;

    private FamilyRotation Rotation => new(Writes, Storage.Cascade, Storage.Liveness, Clock);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _home = await Household.MoveInAsync(Storage);
    }

    [Theory]
    [InlineData("session", "rotation")]
    [InlineData("session", "redemption")]
    [InlineData("session", "opening")]
    [InlineData("grant", "rotation")]
    [InlineData("grant", "redemption")]
    public async Task Withdrawal_waits_for_the_unit_that_found_its_target_alive(string withdrawn, string held)
    {
        var family = _home["laptop-web"];
        family = held == "rotation" ? await RedeemAsync(family) : family;
        using var commit = new HeldCommit(Watch);
        var unit = Task.Run(() => ActAsync(held, family), Cancellation);
        await commit.Reached.WaitAsync(Longest, Cancellation);

        var revocation = Task.Run(() => RevokeAsync(withdrawn), Cancellation);
        var first = await Task.WhenAny(revocation, SomebodyWaitsAsync());

        Assert.False(first == revocation, $"The {withdrawn}'s end was acknowledged while a {held} below it was still open.");
        Assert.False(revocation.IsCompleted);
        commit.Release();
        Assert.True(await unit);
        Assert.True((await revocation).Withdrawn);
        Assert.False(await RotateAgainAsync(family.Id));
        Assert.False(await OpenAsync());
    }

    [Theory]
    [InlineData("session")]
    [InlineData("grant")]
    public async Task Rotation_that_waited_for_a_withdrawal_finds_it(string withdrawn)
    {
        var family = await RedeemAsync(_home["laptop-web"]);
        using var commit = new HeldCommit(Watch);
        var revocation = Task.Run(() => RevokeAsync(withdrawn), Cancellation);
        await commit.Reached.WaitAsync(Longest, Cancellation);

        var rotation = Task.Run(() => RotateAsync(family), Cancellation);
        var first = await Task.WhenAny(rotation, SomebodyWaitsAsync());

        Assert.False(first == rotation, $"A rotation overtook the end of its {withdrawn}.");
        commit.Release();
        Assert.True((await revocation).Withdrawn);
        Assert.IsType<RotationOutcome.Dead>(await rotation);
        Assert.False(await RotateAgainAsync(family.Id));
    }

    private Task<bool> ActAsync(string act, TokenFamily family) => act switch
    {
        "rotation" => IsCurrentAsync(RotateAsync(family)),
        "redemption" => IsCurrentAsync(Rotation.RedeemAsync(family.Id, Ends, jkt: null, Targets.Server, Cancellation)),
        _ => OpenAsync(),
    };

    private static async Task<bool> IsCurrentAsync(Task<RotationOutcome> outcome) => await outcome is RotationOutcome.Current;

    private async Task<TokenFamily> RedeemAsync(TokenFamily family) =>
        Assert.IsType<RotationOutcome.Current>(await Rotation.RedeemAsync(family.Id, Ends, jkt: null, Targets.Server, Cancellation)).State.Family;

    private Task<RotationOutcome> RotateAsync(TokenFamily family) =>
        Rotation.RotateAsync(Storage, family, Times);

    /// <summary>With the newest refresh token there is, whoever was given it.</summary>
    private async Task<bool> RotateAgainAsync(Guid familyId) => await IsCurrentAsync(
        RotateAsync(await Storage.ReadAsync(db => db.TokenFamilies.AsNoTracking().SingleAsync(f => f.Id == familyId, Cancellation))));

    private async Task<bool> OpenAsync()
    {
        var opened = await new FamilyOpening(Writes, Clock).OpenAsync(
            _home.Laptop.Id,
            _home.Web.Id,
            "openid",
            opening => new TokenFamily
            {
                Id = Guid.CreateVersion7(Clock.GetUtcNow()),
                GrantId = opening.GrantId,
                UserId = _home.Alice.Id,
                ClientId = _home.Web.Id,
                SessionId = _home.Laptop.Id,
                Scope = "openid",
                RedirectUri = "https://client.example/cb",
                AuthTime = Clock.Now,
                Amr = "pwd",
                CreatedAt = Clock.Now,
                IdleExpiresAt = Clock.Now.AddMinutes(1),
                ExpiresAt = Clock.Now.AddMinutes(1),
                Stamp = FamilyRotation.NewStamp(),
                InstallationEpoch = opening.InstallationEpoch,
                UserEpoch = 0,
                ClientEpoch = 0,
            },
            Cancellation);
        return opened is not null;
    }

    private Task<RevocationReceipt> RevokeAsync(string name)
    {
        var (target, cause) = Targets.Of(_home, Storage, name);
        return Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation);
    }

    /// <summary>Returns when a connection to this database waits for another's lock.</summary>
    private async Task SomebodyWaitsAsync()
    {
        await using var db = Storage.NewContext();
        await using var connection = new NpgsqlConnection(db.Database.GetConnectionString());
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0";
        using var patience = new CancellationTokenSource(Longest, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await command.ExecuteScalarAsync(Cancellation) is not > 0L)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>The next commit stays open until it is released; those behind it pass.</summary>
    private sealed class HeldCommit : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public HeldCommit(Watch watch) => watch.BeforeCommit = () =>
        {
            if (_reached.TrySetResult())
            {
                _released.Wait(Longest);
            }
        };

        public Task Reached => _reached.Task;

        public void Release() => _released.Set();

        public void Dispose() => Release();
    }
}
