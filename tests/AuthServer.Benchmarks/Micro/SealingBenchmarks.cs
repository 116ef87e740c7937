using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Protocol;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>A refresh token sealed, and opened.</summary>
public class SealingBenchmarks
{
    private BenchmarkHost _host = null!;
    private SealedTokens _tokens = null!;
    private SealedToken.Refresh _token = null!;
    private string _sealed = "";

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _host = await BenchmarkHost.StartAsync(DatabaseProvider.Sqlite);
        _tokens = _host.Get<SealedTokens>();
        _token = new SealedToken.Refresh(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 7, FamilyRotation.NewStamp());
        _sealed = _tokens.Seal(_token);
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _host.DisposeAsync();

    [Benchmark]
    public string Seal() => _tokens.Seal(_token);

    [Benchmark]
    public object? Open() => _tokens.Open(_sealed);
}
