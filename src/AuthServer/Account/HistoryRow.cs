namespace AuthServer.Account;

/// <summary>One thing that happened, in words.</summary>
/// <param name="Id">Of the event, or of the ledger's line.</param>
/// <param name="At">When; the last time, where it stands for several.</param>
/// <param name="Words">What.</param>
/// <param name="Times">How often.</param>
/// <param name="Address">Where from, as far as it is known.</param>
/// <param name="UserAgent">By what browser.</param>
/// <param name="SessionId">In which session.</param>
/// <param name="Receipt">The ledger's line, where something was withdrawn.</param>
internal sealed record HistoryRow(
    Guid Id, DateTime At, string Words, int Times, string? Address, string? UserAgent, Guid? SessionId, Guid? Receipt);
