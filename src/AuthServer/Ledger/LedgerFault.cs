namespace AuthServer.Ledger;

/// <summary>What is wrong with a seal.</summary>
internal enum LedgerFault
{
    /// <summary>There is none of this number, though the ledger goes on, or goes back, beyond it.</summary>
    Missing,

    /// <summary>This server has not signed it.</summary>
    Signature,

    /// <summary>The row says something else than what was signed.</summary>
    Row,

    /// <summary>It follows another seal than the one before it.</summary>
    Chain,

    /// <summary>An entry was changed, removed or added.</summary>
    Entries,
}
