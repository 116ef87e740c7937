using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Admin;

/// <summary>A line of the ledger.</summary>
internal sealed record LedgerRow(
    Guid Id,
    DateTime At,
    RevocationCause Cause,
    RevocationTargetKind TargetKind,
    Guid TargetId,
    Guid? User,
    Guid? Client,
    string? Scope,
    RevocationActorKind ActorKind,
    Guid? Actor,
    string? Address,
    string? CorrelationId,
    string? Reason,
    RevocationCounts Counts,
    Guid? Completes,
    long? Seal)
{
    public static LedgerRow Of(RevocationEntry entry) => new(
        entry.Id,
        entry.At,
        entry.Cause,
        entry.TargetKind,
        entry.TargetId,
        entry.UserId,
        entry.ClientId,
        entry.Scope,
        entry.ActorKind,
        entry.ActorId,
        entry.Address,
        entry.CorrelationId,
        entry.Reason,
        new RevocationCounts(entry.Sessions, entry.Grants, entry.Families),
        entry.Completes,
        entry.SealId);
}
