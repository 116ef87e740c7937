using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Is it alive? One statement, among ten thousand families.</summary>
public class LivenessBenchmarks : BothDatabases
{
    private const int Families = 10_000;

    private TokenFamily _family = null!;

    private LivenessReader _reader = null!;

    [Benchmark]
    public async Task<DeathReason?> Family() =>
        Liveness.WhyDead((await _reader.FindFamilyAsync(_family.Id, jti: null, CancellationToken.None)).State, _family.CreatedAt);

    [Benchmark]
    public async Task<DeathReason?> FamilyAndAccessToken() =>
        Liveness.WhyDead((await _reader.FindFamilyAsync(_family.Id, "no such token", CancellationToken.None)).State, _family.CreatedAt);

    [Benchmark]
    public async Task<DeathReason?> ClientToken()
    {
        var state = await _reader.FindClientTokenAsync(_family.ClientId, "no such token", CancellationToken.None);
        return Liveness.WhyDead(state, _family.ClientEpoch, _family.InstallationEpoch);
    }

    private protected override async Task SetupAsync()
    {
        _reader = Host.Get<LivenessReader>();
        _family = await Host.SeedAsync(Families);
    }
}
