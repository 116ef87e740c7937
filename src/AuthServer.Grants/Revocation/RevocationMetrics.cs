using System.Diagnostics.Metrics;
using System.Text.Json;

namespace AuthServer.Grants.Revocation;

/// <summary><c>authserver.revocations</c>, by cause. The ledger is what counts exactly: a unit that was run again is counted again here.</summary>
public sealed class RevocationMetrics(IMeterFactory meters)
{
    /// <summary>The name of this server's meters.</summary>
    public const string Meter = "AuthServer";

    private readonly Counter<long> _revocations = meters.Create(Meter)
        .CreateCounter<long>("authserver.revocations", "{revocation}", "Withdrawals written to the ledger.");

    public void Revoked(RevocationCause cause)
    {
        if (_revocations.Enabled)
        {
            _revocations.Add(1, new KeyValuePair<string, object?>("cause", JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString())));
        }
    }
}
