using AuthServer.Database;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Benchmarks of what waits for a database: SQLite, and PostgreSQL where the environment names one.</summary>
public abstract class BothDatabases : HostBenchmarks
{
    public static IEnumerable<DatabaseProvider> Providers => BenchmarkHost.Providers;

    [ParamsSource(nameof(Providers))]
    public DatabaseProvider Database { get; set; }

    private protected override DatabaseProvider Provider => Database;
}
