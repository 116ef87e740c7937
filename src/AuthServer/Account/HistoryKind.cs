namespace AuthServer.Account;

/// <summary>What a user looks for in their security history.</summary>
internal enum HistoryKind
{
    All,
    SignIns,
    Failures,
    Changes,
    Withdrawals,
}
