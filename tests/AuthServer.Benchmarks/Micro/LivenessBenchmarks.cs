using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Is it alive? One statement, among ten thousand families.</summary>
public class LivenessBenchmarks : BothDatabases
{
    private const int Families = 10_000;

    private TokenFamily _family = null!;

    [Benchmark]
    public async Task<DeathReason?> Family()
    {
        await using var db = Host.NewContext();
        return Liveness.WhyDead(await db.FindFamilyAsync(_family.Id, jti: null, CancellationToken.None), _family.CreatedAt);
    }

    [Benchmark]
    public async Task<DeathReason?> FamilyAndAccessToken()
    {
        await using var db = Host.NewContext();
        return Liveness.WhyDead(await db.FindFamilyAsync(_family.Id, "no such token", CancellationToken.None), _family.CreatedAt);
    }

    [Benchmark]
    public async Task<DeathReason?> ClientToken()
    {
        await using var db = Host.NewContext();
        var state = await db.FindClientTokenAsync(_family.ClientId, "no such token", CancellationToken.None);
        return Liveness.WhyDead(state, _family.ClientEpoch, _family.InstallationEpoch);
    }

    private protected override async Task SetupAsync()
    {
        _family = await Host.SeedAsync(Families);
    }
}
