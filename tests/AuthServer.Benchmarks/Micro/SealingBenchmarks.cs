using AuthServer.Grants;
using AuthServer.Protocol;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>A refresh token sealed, and opened.</summary>
public class SealingBenchmarks : HostBenchmarks
{
    private SealedTokens _tokens = null!;
    private SealedToken.Refresh _token = null!;
    private string _sealed = "";

    [Benchmark]
    public string Seal() => _tokens.Seal(_token);

    [Benchmark]
    public object? Open() => _tokens.Open(_sealed);

    private protected override Task SetupAsync()
    {
        _tokens = Host.Get<SealedTokens>();
        _token = new SealedToken.Refresh(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 7, FamilyRotation.NewStamp());
        _sealed = _tokens.Seal(_token);
        return Task.CompletedTask;
    }
}
