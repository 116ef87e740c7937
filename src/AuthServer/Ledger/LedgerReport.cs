namespace AuthServer.Ledger;

/// <summary>What a walk along the seals found.</summary>
/// <param name="Seals">Seals found good.</param>
/// <param name="Entries">Entries found under them as they were.</param>
/// <param name="LastSeal">The last good seal; 0: none.</param>
/// <param name="Digest">The last good seal's digest: kept elsewhere, it shows later that nothing was cut off.</param>
/// <param name="Unsealed">Entries that no seal holds yet.</param>
internal sealed record LedgerReport(int Seals, int Entries, long LastSeal, string Digest, int Unsealed)
{
    /// <summary>The first broken seal; null: none.</summary>
    public long? BrokenSeal { get; init; }

    public LedgerFault? Fault { get; init; }

    public bool IsWhole => Fault is null;
}
