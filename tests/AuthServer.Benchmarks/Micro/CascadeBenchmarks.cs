using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using BenchmarkDotNet.Attributes;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Everything of a client, and of a user, withdrawn: the flip, the ledger's row and what is owed, in one commit. The sweep behind it is not run.</summary>
public class CascadeBenchmarks : BothDatabases
{
    private static readonly RevocationActor Nobody = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    private RevocationCascade _cascade = null!;
    private TokenFamily _family = null!;

    [Params(10, 1_000, 100_000)]
    public int Families { get; set; }

    [Benchmark]
    public Task<RevocationReceipt> Client() => RevokeAsync(new RevocationTarget.ClientTokens(_family.ClientId), RevocationCause.ClientTokensRemoved);

    [Benchmark]
    public Task<RevocationReceipt> User() => RevokeAsync(new RevocationTarget.UserSessions(_family.UserId, KeptSessionId: null), RevocationCause.SignOutEverywhere);

    private protected override async Task SetupAsync()
    {
        _cascade = Host.Get<RevocationCascade>();
        _family = await Host.SeedAsync(Families);
    }

    private async Task<RevocationReceipt> RevokeAsync(RevocationTarget target, RevocationCause cause)
    {
        var receipt = await _cascade.RevokeAsync(target, cause, Nobody, CancellationToken.None);
        return receipt.Withdrawn ? receipt : throw new InvalidOperationException("Nothing was withdrawn.");
    }
}
