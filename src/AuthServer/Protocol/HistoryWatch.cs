namespace AuthServer.Protocol;

/// <summary>Remembers, until this process ends, that a token came which knows more than the database: the database went back in time.</summary>
internal sealed class HistoryWatch
{
    private volatile bool _wentBack;

    public bool WentBack => _wentBack;

    public void SawTokenAhead() => _wentBack = true;
}
