using AuthServer.Database;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Benchmarks over the server's own services. Benchmarks that run in this process are not waited for while they set up, so this waits.</summary>
public abstract class HostBenchmarks
{
    private BenchmarkHost? _host;

    private protected BenchmarkHost Host => _host ?? throw new InvalidOperationException("The host has not been started.");

    private protected virtual DatabaseProvider Provider => DatabaseProvider.Sqlite;

    [GlobalSetup]
    public void Setup()
    {
        _host = BenchmarkHost.StartAsync(Provider).GetAwaiter().GetResult();
        SetupAsync().GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Cleanup() => Host.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private protected abstract Task SetupAsync();
}
