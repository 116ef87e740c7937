using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>What happened: the one value that log, page and test read. It is given out only after the commit.</summary>
/// <param name="Entry">The line in the ledger; null where there was nothing to withdraw, or somebody else had won.</param>
/// <param name="Told">How many relying parties and people are owed word of it.</param>
public sealed record RevocationReceipt(RevocationEntry? Entry, int Told)
{
    /// <summary>Counting stops here; one more reads "more than".</summary>
    public const int CountLimit = 10_000;

    /// <summary>Nothing was withdrawn: it was dead before, or never there.</summary>
    public static RevocationReceipt Nothing { get; } = new(null, 0);

    /// <summary>This call is the one that withdrew it.</summary>
    public bool Withdrawn => Entry is not null;
}
