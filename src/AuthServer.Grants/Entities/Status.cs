namespace AuthServer.Grants.Entities;

/// <summary>What became of a row. No status ever goes back to <see cref="Valid"/>.</summary>
public enum Status
{
    /// <summary>In force, unless time or an ancestor says otherwise: ask <c>Liveness</c>.</summary>
    Valid,

    /// <summary>Withdrawn before its time, by somebody, for a cause the ledger knows.</summary>
    Revoked,

    /// <summary>Past its idle or absolute end.</summary>
    Expired,
}
