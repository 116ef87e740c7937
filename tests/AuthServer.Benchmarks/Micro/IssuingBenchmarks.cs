using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using BenchmarkDotNet.Attributes;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Benchmarks.Micro;

/// <summary>Tokens of a family that was found alive: claims, signature, sealing.</summary>
public class IssuingBenchmarks : HostBenchmarks
{
    private TokenIssuer _issuer = null!;
    private FamilyState _state = null!;
    private FamilyState _es256 = null!;
    private ScopeResources _resources = null!;
    private string _accessToken = "";

    [Benchmark]
    public string AccessTokenEs256() => _issuer.AccessToken(_state, _state.EffectiveScope, _resources, jkt: null).Text;

    [Benchmark]
    public string IdTokenEs256() => _issuer.IdToken(_es256, _accessToken, nonce: null);

    [Benchmark]
    public string IdTokenRs256() => _issuer.IdToken(_state, _accessToken, nonce: null);

    [Benchmark]
    public string RefreshToken() => _issuer.RefreshToken(_state.Family);

    private protected override async Task SetupAsync()
    {
        _issuer = Host.Get<TokenIssuer>();
        var family = await Host.SeedAsync(1);
        await using var db = Host.NewContext();
        _state = (await Host.Get<LivenessReader>().FindFamilyAsync(family.Id, jti: null, CancellationToken.None)).State!;
        var client = await db.Clients.AsNoTracking().SingleAsync(c => c.Id == family.ClientId);
        client.IdTokenSignedResponseAlg = "ES256";
        _es256 = _state with { Client = client };
        _resources = new ScopeResources([], []);
        _accessToken = AccessTokenEs256();
    }
}
