using System.Diagnostics.Metrics;
using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary><c>authserver.crypto</c> by operation: what tokens and client secrets cost in signatures made and verified, and in slow hashes.</summary>
internal sealed class CryptoMetrics(IMeterFactory meters)
{
    /// <summary>The name of the counter.</summary>
    public const string Name = "authserver.crypto";

    private readonly Counter<long> _operations = meters.Create(RevocationMetrics.Meter)
        .CreateCounter<long>(Name, "{operation}", "Tokens signed (sign), signatures verified (verify), and client secrets hashed (hash).");

    public void Signed() => Count("sign");

    public void Verified() => Count("verify");

    public void Hashed() => Count("hash");

    private void Count(string operation) => _operations.Add(1, new KeyValuePair<string, object?>("operation", operation));
}
