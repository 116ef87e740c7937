using AuthServer.Grants.Revocation;
using AuthServer.Protocol;

namespace AuthServer.Admin;

/// <summary>What was done.</summary>
/// <param name="Withdrawn">False: it was dead before, and nothing was done.</param>
/// <param name="Revocation">The line in the ledger.</param>
/// <param name="Told">How many are owed word of it.</param>
/// <param name="JwtAcceptedUntil">Until then an API that only checks signatures may still accept a token.</param>
internal sealed record ReceiptAnswer(bool Withdrawn, LedgerRow? Revocation, int Told, DateTime? JwtAcceptedUntil)
{
    public static ReceiptAnswer Of(RevocationReceipt receipt, LifetimeOptions lifetimes) => new(
        receipt.Withdrawn,
        receipt.Entry is { } entry ? LedgerRow.Of(entry) : null,
        receipt.Told,
        receipt.Entry is { } done ? JwtAcceptance.Until(done.At, lifetimes) : null);
}
