using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Everything of a client, and of a user, withdrawn: the flip, the ledger's row and what is owed, in one commit. The sweep behind it is not run.</summary>
public class CascadeBenchmarks
{
    private static readonly RevocationActor Nobody = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    private BenchmarkHost _host = null!;
    private RevocationCascade _cascade = null!;
    private TokenFamily _family = null!;

    public static IEnumerable<DatabaseProvider> Providers => BenchmarkHost.Providers;

    [ParamsSource(nameof(Providers))]
    public DatabaseProvider Database { get; set; }

    [Params(10, 1_000, 100_000)]
    public int Families { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _host = await BenchmarkHost.StartAsync(Database);
        _cascade = _host.Get<RevocationCascade>();
        _family = await _host.SeedAsync(Families);
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _host.DisposeAsync();

    [Benchmark]
    public Task<RevocationReceipt> Client() => RevokeAsync(new RevocationTarget.ClientTokens(_family.ClientId), RevocationCause.ClientTokensRemoved);

    [Benchmark]
    public Task<RevocationReceipt> User() => RevokeAsync(new RevocationTarget.UserSessions(_family.UserId, KeptSessionId: null), RevocationCause.SignOutEverywhere);

    private async Task<RevocationReceipt> RevokeAsync(RevocationTarget target, RevocationCause cause)
    {
        var receipt = await _cascade.RevokeAsync(target, cause, Nobody, CancellationToken.None);
        return receipt.Withdrawn ? receipt : throw new InvalidOperationException("Nothing was withdrawn.");
    }
}
