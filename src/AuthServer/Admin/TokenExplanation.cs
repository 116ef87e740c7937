namespace AuthServer.Admin;

/// <summary>Why a token lives or does not.</summary>
/// <param name="Alive">It would be accepted now.</param>
/// <param name="Reason">Which ancestor says no, or what became of the token itself.</param>
/// <param name="Family">What it hangs from; null for a client-credentials token.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Client">The row of the client that holds it.</param>
/// <param name="Session">The session it was issued in.</param>
/// <param name="Revocation">The withdrawal that did it; null where time did, or where the ledger no longer goes back so far.</param>
internal sealed record TokenExplanation(
    bool Alive, string? Reason, Guid? Family, Guid? User, Guid? Client, Guid? Session, LedgerRow? Revocation);
