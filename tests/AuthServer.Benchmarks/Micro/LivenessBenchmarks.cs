using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Is it alive? One statement, among ten thousand families.</summary>
public class LivenessBenchmarks
{
    private const int Families = 10_000;

    private BenchmarkHost _host = null!;
    private TokenFamily _family = null!;

    public static IEnumerable<DatabaseProvider> Providers => BenchmarkHost.Providers;

    [ParamsSource(nameof(Providers))]
    public DatabaseProvider Database { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _host = await BenchmarkHost.StartAsync(Database);
        _family = await _host.SeedAsync(Families);
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _host.DisposeAsync();

    [Benchmark]
    public async Task<DeathReason?> Family()
    {
        await using var db = _host.NewContext();
        return Liveness.WhyDead(await db.FindFamilyAsync(_family.Id, jti: null, CancellationToken.None), _family.CreatedAt);
    }

    [Benchmark]
    public async Task<DeathReason?> FamilyAndAccessToken()
    {
        await using var db = _host.NewContext();
        return Liveness.WhyDead(await db.FindFamilyAsync(_family.Id, "no such token", CancellationToken.None), _family.CreatedAt);
    }

    [Benchmark]
    public async Task<DeathReason?> ClientToken()
    {
        await using var db = _host.NewContext();
        var state = await db.FindClientTokenAsync(_family.ClientId, "no such token", CancellationToken.None);
        return Liveness.WhyDead(state, _family.ClientEpoch, _family.InstallationEpoch);
    }
}
