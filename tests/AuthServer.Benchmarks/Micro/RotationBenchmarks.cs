using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using BenchmarkDotNet.Attributes;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Benchmarks.Micro;

/// <summary>From one refresh token to the next, committed: by itself, and eight families at once.</summary>
public class RotationBenchmarks : BothDatabases
{
    private const int AtOnce = 8;

    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly RevocationActor Nobody = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    private FamilyRotation _rotation = null!;
    private FamilyState[] _families = [];

    [Benchmark]
    public Task One() => RotateAsync(0);

    [Benchmark(OperationsPerInvoke = AtOnce)]
    public Task EightAtOnce() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(RotateAsync));

    private protected override async Task SetupAsync()
    {
        _rotation = Host.Get<FamilyRotation>();
        await Host.SeedAsync(AtOnce);
        await using var db = Host.NewContext();
        var ids = await db.TokenFamilies.Select(f => f.Id).ToListAsync();
        _families = new FamilyState[ids.Count];
        for (var i = 0; i < ids.Count; i++)
        {
            _families[i] = Current(await _rotation.RedeemAsync(ids[i], new FamilyEnds(Month, Month * 12), jkt: null, Nobody, CancellationToken.None));
        }
    }

    private static FamilyState Current(RotationOutcome outcome) =>
        outcome is RotationOutcome.Current(var state) ? state : throw new InvalidOperationException($"It did not rotate: {outcome}");

    private async Task RotateAsync(int index)
    {
        var state = _families[index];
        var times = new RotationTimes(TimeSpan.FromSeconds(30), Month, new SessionIdle(Month, Month));
        _families[index] = Current(await _rotation.RotateAsync(
            state, state.Family.Generation, state.Family.Stamp, times, jkt: null, Nobody, rotated: null, CancellationToken.None));
    }
}
