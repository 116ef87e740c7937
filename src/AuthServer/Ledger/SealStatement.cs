using AuthServer.Grants.Entities;

namespace AuthServer.Ledger;

/// <summary>What a seal's JWS says.</summary>
/// <param name="Id">One more than the seal before.</param>
/// <param name="Previous">The digest of the seal before; empty for the first.</param>
/// <param name="Digest">Of the entries, their ids among them, and of <paramref name="Previous"/>.</param>
/// <param name="Count">How many entries there are.</param>
/// <param name="At">When it was sealed, in whole milliseconds.</param>
/// <param name="Pruned">The entries were pruned by age: the ledger begins after this seal.</param>
internal sealed record SealStatement(long Id, string Previous, string Digest, int Count, DateTime At, bool Pruned)
{
    /// <summary>Whether the row says the same.</summary>
    public bool Agrees(LedgerSeal seal) =>
        (seal.Id, seal.Digest, seal.Count, seal.At, seal.Pruned) == (Id, Digest, Count, At, Pruned);
}
